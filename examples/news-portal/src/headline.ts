import { sentencesOf, splitSalutation } from "./prose.js"
import { type TermCounts, wordsOf } from "./terms.js"

/** What a term is worth: high when this address dwells on it and few others do. */
export type TermWeights = ReadonlyMap<string, number>

/** The words of the speaker that stand above an article and below its headline. */
export interface Quotation {
  readonly headline: string
  readonly summary: string
}

// Sentences that lean on the one before them, greet somebody or transmit a document say nothing alone.
const dependentOpening =
  /^[“‘]?(?:And|But|Or|Nor|Yet|So|Thus|Hence|Also|Already|Then|There(?:fore)?|Here|It|Its|This|That|These|Those|They|Their|He|His|She|Her|Him|Such|Other|Others|Both|Neither|Either|Each|Not|If|Does|Do|Did|Is|Are|Was|Were|Which|Who|By|Shortly|Afterwards|Meanwhile|However|Accordingly|Another|Similar|Some|Tell|Don|A copy|For (?:this|that|these|those)|In (?:this|that|the meantime|addition)|On (?:this|that)|I (?:shall|will|would|transmit|submit|instance|have the honor)|I’d|Mr|Mrs|Ms|Madam|Thank|Please|Ladies|Members|Fellow)\b/
const selfContained = /^[“‘]?[A-Z][a-z’]*[ ,][^:;()[\].!?]*[.!?]$/
const ceremony = /thank you|\b(?:with us|here tonight|gallery|submitted|herewith|(?:two|said) Houses)\b|\d.*\b\d/i

/** Finds a short and a longer sentence that say what this address, and no other, is about. */
export function quotationOf(text: string, weights: TermWeights): Quotation {
  const sentences = sentencesOf(splitSalutation(text).body).filter((sentence) => !ceremony.test(sentence))
  const headline =
    best(sentences, 28, 82, weights) ?? best(sentences, 24, 130, weights) ?? clip(sentences[0] ?? text, 82)
  const others = sentences.filter((sentence) => sentence !== headline)
  const summary = best(others, 100, 230, weights) ?? clip(others[0] ?? text, 230)
  return { headline: headline.replace(/\.$/, ""), summary }
}

/**
 * Weighs each term of a text by its use there against the number of `documents` that use it at all. A term that no other
 * document uses has no weight: it is a name, most often.
 */
export function weighTerms(counts: TermCounts, frequencies: TermCounts, documents: number): TermWeights {
  const weights = new Map<string, number>()
  for (const [term, count] of counts) {
    const frequency = frequencies.get(term)
    if (frequency !== undefined) weights.set(term, Math.log1p(count) * Math.log(documents / frequency))
  }
  return weights
}

function best(
  sentences: readonly string[],
  shortest: number,
  longest: number,
  weights: TermWeights,
): string | undefined {
  let winner: string | undefined
  let highest = 0
  for (const sentence of sentences) {
    if (sentence.length < shortest || sentence.length > longest) continue
    if (dependentOpening.test(sentence) || !selfContained.test(sentence)) continue
    const score = scoreOf(sentence, weights)
    if (score > highest) {
      highest = score
      winner = sentence
    }
  }
  return winner
}

/** The mean weight of the terms; the constant keeps one rare word from winning alone. */
function scoreOf(sentence: string, weights: TermWeights): number {
  const terms = new Set(wordsOf(sentence))
  let sum = 0
  let known = 0
  for (const term of terms) {
    const weight = weights.get(term)
    if (weight === undefined) continue
    sum += weight
    known += 1
  }
  return sum / (known + 3)
}

/** Cuts at a word, and says so. */
function clip(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, text.lastIndexOf(" ", length)).replace(/[,;:—]$/, "")}…`
}

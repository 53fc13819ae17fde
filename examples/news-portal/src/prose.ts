const sentenceEnd = /[.!?][”’)\]]*\s+(?=[“‘([]?[A-Z0-9])/g
const abbreviation =
  /(?:^|[\s(“])(?:Mr|Mrs|Ms|Dr|St|Gen|Col|Capt|Lieut|Maj|Hon|Messrs|Nos?|Jr|Sr|Art|Sec|[A-Z](?:\.[A-Z])*)\.$/
const salutation =
  /^(?=.{12,240}?:\s)(?:Fellow|Gentlemen|GENTLEMEN|To [Tt]he|TO THE|The Senate|M[Rr]s?\.|MR\.|Madam|Members|MEMBERS)[^:]*:\s+/

/** Splits prose where a sentence ends; an abbreviation or an initial ends none. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = []
  let start = 0
  for (const match of text.matchAll(sentenceEnd)) {
    const end = match.index + match[0].length
    const sentence = text.slice(start, end).trimEnd()
    if (abbreviation.test(sentence)) continue
    sentences.push(sentence)
    start = end
  }
  const last = text.slice(start).trim()
  if (last !== "") sentences.push(last)
  return sentences
}

/** How an address opens, and all that follows. `salutation` is empty where the speaker begins at once. */
export function splitSalutation(text: string): { salutation: string; body: string } {
  const opening = salutation.exec(text)?.[0] ?? ""
  return { salutation: opening.trimEnd(), body: text.slice(opening.length) }
}

/**
 * Groups sentences into paragraphs of about `length` characters. The transcripts have lost their own paragraphs, so
 * these are a typesetter's, not the speaker's.
 */
export function paragraphsOf(text: string, length = 620): string[] {
  const paragraphs: string[] = []
  let paragraph = ""
  for (const sentence of sentencesOf(text)) {
    const full = paragraph.length + sentence.length > length * 1.25 || paragraph.length > length
    if (full && paragraph !== "") {
      paragraphs.push(paragraph)
      paragraph = ""
    }
    paragraph = paragraph === "" ? sentence : `${paragraph} ${sentence}`
  }
  if (paragraph !== "") paragraphs.push(paragraph)
  return paragraphs
}

/** How many words a text has, as a reader counts them. */
export function countWords(text: string): number {
  return text.match(/\S*\p{L}\S*/gu)?.length ?? 0
}

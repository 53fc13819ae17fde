import type { Article } from "./corpus.js"
import { inTurns } from "./in-turns.js"
import { countWords } from "./prose.js"
import { spellTerms } from "./spelling.js"
import { countTerms, type TermCounts } from "./terms.js"

/** How many articles use each term. Terms of one article only are left out: they are two thirds, and all count 1. */
export async function documentFrequencies(articles: readonly Article[]): Promise<Map<string, number>> {
  const frequencies = new Map<string, number>()
  for await (const { text } of inTurns(articles)) {
    for (const term of countTerms(text).keys()) frequencies.set(term, (frequencies.get(term) ?? 0) + 1)
  }
  for (const [term, frequency] of frequencies) if (frequency === 1) frequencies.delete(term)
  return frequencies
}

/** How many words each article has, in the order given. */
export async function wordCounts(articles: readonly Article[]): Promise<number[]> {
  const counts: number[] = []
  for await (const { text } of inTurns(articles)) counts.push(countWords(text))
  return counts
}

export interface DistinctiveTerm {
  /** As the articles of the category spell it. */
  readonly term: string
  /** Uses inside the category. */
  readonly count: number
  /** How many times as often as everywhere else; rounded. */
  readonly ratio: number
}

/** The terms that a category's articles use significantly more than all others do, the most telling first. */
export async function distinctiveTerms(
  articles: readonly Article[],
  members: ReadonlySet<string>,
  limit = 14,
): Promise<DistinctiveTerm[]> {
  const inside = new Map<string, number>()
  const outside = new Map<string, number>()
  for await (const { slug, text } of inTurns(articles))
    addCounts(members.has(slug) ? inside : outside, countTerms(text))
  const insideTotal = totalOf(inside)
  const outsideTotal = totalOf(outside)
  const scored: { term: string; count: number; ratio: number; score: number }[] = []
  for (const [term, count] of inside) {
    const other = outside.get(term) ?? 0
    const ratio = count / insideTotal / ((other + 0.5) / (outsideTotal + 0.5))
    if (count < 5 || ratio < 1.2) continue
    scored.push({
      term,
      count,
      ratio: Math.round(ratio * 10) / 10,
      score: likelihood(count, other, insideTotal, outsideTotal),
    })
  }
  scored.sort((a, b) => b.score - a.score || a.term.localeCompare(b.term))
  const telling = scored.slice(0, limit)
  const texts = articles.filter(({ slug }) => members.has(slug)).map(({ text }) => text)
  const spelled = spellTerms(
    telling.map(({ term }) => term),
    texts,
  )
  return telling.map(({ term, count, ratio }, index) => ({ term: spelled[index] ?? term, count, ratio }))
}

function addCounts(sum: Map<string, number>, counts: TermCounts): void {
  for (const [term, count] of counts) sum.set(term, (sum.get(term) ?? 0) + count)
}

function totalOf(counts: TermCounts): number {
  let total = 0
  for (const count of counts.values()) total += count
  return total
}

/** Dunning's log-likelihood: how surprising `a` uses are, if both sides used the term equally often. */
function likelihood(a: number, b: number, aTotal: number, bTotal: number): number {
  const share = (a + b) / (aTotal + bTotal)
  const surprise = (count: number, total: number) => (count === 0 ? 0 : count * Math.log(count / (total * share)))
  return 2 * (surprise(a, aTotal) + surprise(b, bTotal))
}

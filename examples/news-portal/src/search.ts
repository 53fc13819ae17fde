import type { Article } from "./corpus.js"
import type { Correction } from "./corrections.js"
import { excerptOf, type Segment } from "./excerpt.js"
import { inTurns } from "./in-turns.js"

/** The longest accepted query, in characters. */
export const longestQuery = 100
const mostTerms = 8
const mostHits = 60

export interface SearchHit {
  readonly slug: string
  /** How often any of the terms occurs. */
  readonly occurrences: number
  readonly excerpt: readonly Segment[]
}

export interface SearchResult {
  readonly terms: readonly string[]
  /** How many articles match; `hits` holds the best 60. */
  readonly total: number
  /** False when no article has all terms, and these have the most. */
  readonly complete: boolean
  readonly hits: readonly SearchHit[]
}

interface Candidate {
  readonly article: Article
  /** One count a pattern. */
  readonly counts: readonly number[]
}

/** The words of a query, folded to lower-case ASCII, each once. */
export function parseQuery(query: string): readonly string[] {
  const folded = query.normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("’", "'").toLowerCase()
  const words = folded.match(/[a-z0-9]+(?:['-][a-z0-9]+)*/g) ?? []
  return [...new Set(words)].slice(0, mostTerms)
}

/**
 * Scans every article, as a database does without an index, and ranks the matches by BM25. Takes tens of milliseconds.
 */
export async function searchArticles(
  articles: readonly Article[],
  terms: readonly string[],
  corrections: ReadonlyMap<string, Correction> = new Map(),
): Promise<SearchResult> {
  const patterns = patternsOf(terms)
  const candidates: Candidate[] = []
  for await (const article of inTurns(articles)) {
    const text = searchable(article, corrections)
    const counts = patterns.map((pattern) => text.match(new RegExp(pattern, "gi"))?.length ?? 0)
    if (counts.some((count) => count > 0)) candidates.push({ article, counts })
  }
  const breadthOf = ({ counts }: Candidate) => counts.slice(0, terms.length).filter((count) => count > 0).length
  const breadth = Math.max(0, ...candidates.map(breadthOf))
  const matching = candidates.filter((candidate) => breadthOf(candidate) === breadth)
  const longestFirst = new RegExp(patterns.toReversed().join("|"), "gi")
  return {
    terms,
    total: matching.length,
    complete: breadth === terms.length,
    hits: rank(matching, candidates, articles).map(({ article, counts }) => ({
      slug: article.slug,
      occurrences: counts.slice(0, terms.length).reduce((sum, count) => sum + count, 0),
      excerpt: excerptOf(searchable(article, corrections), longestFirst),
    })),
  }
}

/** By slug, the corrections stand before the texts. */
function searchable({ slug, text }: Article, corrections: ReadonlyMap<string, Correction>): string {
  const correction = corrections.get(slug)
  return correction === undefined ? text : `${correction.headline}. ${correction.summary} ${text}`
}

/** Each term as a whole word, also in the plural and the possessive; last, where there are several, all in a row. */
function patternsOf(terms: readonly string[]): readonly string[] {
  const words = terms.map((term) => String.raw`\b${term.replaceAll("'", "['’]")}(?:e?s|[’']s)?\b`)
  return words.length > 1 ? [...words, words.join("[ -]")] : words
}

function rank(
  matching: readonly Candidate[],
  candidates: readonly Candidate[],
  articles: readonly Article[],
): readonly Candidate[] {
  const meanLength = articles.reduce((sum, { text }) => sum + text.length, 0) / articles.length
  const rarityOf = (pattern: number) => {
    const frequency = candidates.filter(({ counts }) => (counts[pattern] ?? 0) > 0).length
    return Math.log(1 + (articles.length - frequency + 0.5) / (frequency + 0.5))
  }
  const rarities = candidates[0]?.counts.map((_, pattern) => rarityOf(pattern)) ?? []
  const scoreOf = ({ article, counts }: Candidate) =>
    counts.reduce((score, count, pattern) => {
      const saturation = (count * 2.2) / (count + 1.2 * (0.25 + (0.75 * article.text.length) / meanLength))
      return score + (rarities[pattern] ?? 0) * saturation
    }, 0)
  return matching
    .map((candidate) => ({ candidate, score: scoreOf(candidate) }))
    .sort((a, b) => b.score - a.score || b.candidate.article.year - a.candidate.article.year)
    .slice(0, mostHits)
    .map(({ candidate }) => candidate)
}

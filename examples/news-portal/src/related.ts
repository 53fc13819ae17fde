import type { Article } from "./corpus.js"
import { type TermWeights, weighTerms } from "./headline.js"
import { inTurns } from "./in-turns.js"
import { countTerms, type TermCounts } from "./terms.js"

const strongestTerms = 80

/**
 * For each article the slugs of the `limit` others nearest in subject, by the cosine of their weighted terms. A
 * president's own addresses are left out: everybody resembles himself.
 */
export async function relatedArticles(
  articles: readonly Article[],
  frequencies: TermCounts,
  limit = 3,
): Promise<Map<string, string[]>> {
  const profiles: { article: Article; terms: TermWeights }[] = []
  for await (const article of inTurns(articles)) {
    profiles.push({ article, terms: profileOf(weighTerms(countTerms(article.text), frequencies, articles.length)) })
  }
  const related = new Map<string, string[]>()
  for await (const { article, terms } of inTurns(profiles)) {
    const nearest = profiles
      .filter((other) => other.article.categories.president !== article.categories.president)
      .map((other) => ({ slug: other.article.slug, similarity: product(terms, other.terms) }))
      .sort((a, b) => b.similarity - a.similarity)
    related.set(
      article.slug,
      nearest.slice(0, limit).map(({ slug }) => slug),
    )
  }
  return related
}

/** The heaviest terms, scaled so that the product of two profiles is the cosine of the angle between them. */
function profileOf(weights: TermWeights): TermWeights {
  const heaviest = [...weights].sort((a, b) => b[1] - a[1]).slice(0, strongestTerms)
  const length = Math.hypot(...heaviest.map(([, weight]) => weight))
  return new Map(heaviest.map(([term, weight]) => [term, weight / length]))
}

function product(a: TermWeights, b: TermWeights): number {
  let sum = 0
  for (const [term, weight] of a) sum += weight * (b.get(term) ?? 0)
  return sum
}

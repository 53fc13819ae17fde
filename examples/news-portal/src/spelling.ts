/** The terms as the texts write them most often: names have capitals. */
export function spellTerms(terms: readonly string[], texts: Iterable<string>): readonly string[] {
  if (terms.length === 0) return []
  const anyTerm = new RegExp(`(?<![a-z])(?:${terms.join("|")})(?![a-z])`, "gi")
  const counts = new Map<string, number>()
  for (const text of texts) {
    for (const [word] of text.matchAll(anyTerm)) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const spellings = new Map<string, string>()
  for (const [word, count] of counts) {
    const term = word.toLowerCase()
    if (count > (counts.get(spellings.get(term) ?? "") ?? 0)) spellings.set(term, word)
  }
  return terms.map((term) => spellings.get(term) ?? term)
}

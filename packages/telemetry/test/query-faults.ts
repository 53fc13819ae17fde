const selector = /\b(larder_[a-z_]+)(?:\{([^}]*)\})?/g
const matcher = /([a-z_]+)\s*(?:=~|!~|!=|=)/g
const grouping = /\b(?:by|on|ignoring|without) \(([^)]*)\)/g

/** The labels that a query groups by. */
export function groupedLabels(query: string): string[] {
  return [...query.matchAll(grouping)].flatMap(([, labels = ""]) => labels.split(", "))
}

/** The series that PromQL queries name. */
export function seriesIn(query: string): string[] {
  return [...query.matchAll(selector)].map(([, name = ""]) => name)
}

/** What is wrong with PromQL queries: names of series that do not exist, or labels that they do not have. */
export function faultsOf(query: string, series: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const unknown = seriesIn(query).filter((name) => !series.has(name))
  const matched = [...query.matchAll(selector)].flatMap(([text, name = "", matchers = ""]) =>
    [...matchers.matchAll(matcher)]
      .filter(([, label = ""]) => series.get(name)?.has(label) === false)
      .map(([, label]) => `${text} has no label ${label}`),
  )
  const labels = new Set(seriesIn(query).flatMap((name) => [...(series.get(name) ?? [])]))
  const grouped = groupedLabels(query).filter((label) => !labels.has(label))
  return [
    ...unknown.map((name) => `${name} is not a series`),
    ...matched,
    ...grouped.map((label) => `no series of the query has the label ${label}: ${query}`),
  ]
}

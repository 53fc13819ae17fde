import { failureReasons } from "./failure-reasons.js"
import { applicable, kindOf, type Results, type Score, type Suite, type SuiteTest, score, type Tally } from "./score.js"

/** The page of `docs/` with the score of a run. Equal results give an equal page. */
export function scorePage(suites: readonly Suite[], surrogate: Suite, results: Results): string {
  const standard = suites.filter(({ id }) => id !== surrogate.id)
  const all = applicable(suites)
  const rows = [
    ["all but `Surrogate-Control`", applicable(standard)],
    ["all", all],
  ] as const
  const bySuite = suites.map((suite) => ({ suite, sum: score(applicable([suite]), all, results, false) }))
  const failed = all.filter((test) => results[test.id] !== true && kindOf(test) !== "check")
  return `# Conformance of HTTP caching

The score of \`@larder/http\` in \`http-cache-tests\` 0.4.5, the public test suite for HTTP caches. The tests of
\`examples/http-proxy\` write this page: the suite's client sends requests to a small reverse proxy with the profile \`rfc\`, in
front of the suite's origin server. A hundred tests run at the same time; one that fails is run again alone. The authors of
the suite say that its score is not a certification.

${table([
  ["tests", "counting", "required", "optimal"],
  ...rows.flatMap(([name, tests]) => [
    row(name, "each test alone", score(tests, all, results, false)),
    row(name, "with the tests it depends on", score(tests, all, results, true)),
  ]),
])}

## By suite

${table([
  ["suite", "required", "optimal"],
  ...bySuite.map(({ suite, sum }) => [suite.name, cell(sum.required), cell(sum.optimal)]),
])}

## Tests that do not pass

${byReason(failed)
  .map(([reason, ids]) => `- ${reason} ${ids.join(", ")}`)
  .join("\n")}
`
}

/** The names of the tests that do not pass, by the reason why. */
function byReason(failed: readonly SuiteTest[]): [reason: string, ids: string[]][] {
  const groups = new Map<string, string[]>()
  for (const test of failed) {
    const reason = failureReasons[test.id] ?? "The reason is not known."
    groups.set(reason, [...(groups.get(reason) ?? []), `\`${test.id}\` (${kindOf(test)})`])
  }
  return [...groups]
}

function row(name: string, counting: string, { required, optimal }: Score): string[] {
  return [name, counting, cell(required), cell(optimal)]
}

/** The rows, the head first, as the formatter leaves them. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_head, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`
  const [head = [], ...body] = rows
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n")
}

function cell({ passed, total }: Tally): string {
  return total === 0 ? "–" : `${passed} of ${total}`
}

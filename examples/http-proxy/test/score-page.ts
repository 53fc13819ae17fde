import { failureReasons } from "./failure-reasons.js"
import { applicable, kindOf, type Results, type Score, type Suite, type SuiteTest, score, type Tally } from "./score.js"

/** The page of `docs/` that says what a run gave. The same results make the same page. */
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

Written by the tests of \`examples/http-proxy\`: a small reverse proxy on \`@larder/http\` with the profile \`rfc\`, in front of
the origin of \`http-cache-tests\` 0.4.5, and its client before it. A test that fails among the hundred that run at the same
time is run once more alone. The suite calls its score no certification, and neither is this.

${table([
  ["tests", "counting", "required", "optimal"],
  ...rows.flatMap(([name, tests]) => [
    row(name, "each test alone", score(tests, all, results, false)),
    row(name, "with what it depends on", score(tests, all, results, true)),
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
    const reason = failureReasons[test.id] ?? "No reason is known."
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

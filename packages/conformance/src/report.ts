import type { Capabilities } from "@larder/core"
import { checkHarness } from "./check-harness.js"
import { type Clause, type OptionalMethod, optionalMethods } from "./clause.js"
import { clauses } from "./clauses.js"
import type { Harness } from "./harness.js"
import { type Outcome, Suite } from "./suite.js"

/** The capabilities and methods of a backend, and the outcome of every clause. */
export interface Report {
  readonly name: string
  readonly capabilities: Capabilities
  /** The optional methods that the backend has. */
  readonly methods: readonly OptionalMethod[]
  /** Every clause of the contract, in its order. */
  readonly clauses: readonly ReportedClause[]
}

/** A clause and its outcome. */
export interface ReportedClause {
  readonly id: string
  readonly title: string
  readonly outcome: Outcome
}

/** Runs every clause of the contract without a test runner. Rejects only if no handle can be created. */
export async function report(name: string, harness: Harness): Promise<Report> {
  return reportOf(name, harness, (suite, clause) => suite.run(clause))
}

/**
 * The result of `report` if every clause that applies passes, without running any: to check at any time that a page written
 * by a run is up to date. Rejects if no handle can be created.
 */
export async function promisedReport(name: string, harness: Harness): Promise<Report> {
  return reportOf(name, harness, (suite, clause) => suite.promised(clause))
}

async function reportOf(
  name: string,
  harness: Harness,
  judge: (suite: Suite, clause: Clause) => Promise<Outcome>,
): Promise<Report> {
  checkHarness(harness)
  const suite = new Suite(harness, clauses)
  try {
    const backend = await suite.backend()
    const reported: ReportedClause[] = []
    for (const clause of clauses) {
      reported.push({ id: clause.id, title: clause.title, outcome: await judge(suite, clause) })
    }
    return {
      name,
      capabilities: backend.capabilities,
      methods: optionalMethods.filter((method) => backend[method] !== undefined),
      clauses: reported,
    }
  } finally {
    await suite.close()
  }
}

/** A Markdown table of capabilities and methods, one column per backend, followed by the clauses that did not pass. */
export function reportMarkdown(reports: readonly Report[]): string {
  const rows: readonly (readonly [string, (report: Report) => string])[] = [
    ["clauses passed, of those that apply", ({ clauses }) => `${count(clauses, "passed")} of ${applying(clauses)}`],
    ["shared between handles", ({ capabilities }) => mark(capabilities.shared)],
    ["outlives the process", ({ capabilities }) => mark(capabilities.persistent)],
    ["drops live entries to make room", ({ capabilities }) => mark(capabilities.evicts)],
    ["longest key", ({ capabilities }) => limit(capabilities.maxKeyBytes, "bytes")],
    ["spaces in keys", ({ capabilities }) => mark(capabilities.portableKeysOnly !== true)],
    ["largest value", ({ capabilities }) => limit(capabilities.maxValueBytes, "bytes")],
    ["expiry is exact to", ({ capabilities }) => `${capabilities.ttlResolution} ms`],
    ...optionalMethods.map((method) => [`\`${method}\``, has(method)] as const),
  ]
  const table = [
    ["", ...reports.map(({ name }) => cell(name))],
    ["---", ...reports.map(() => "---")],
    ...rows.map(([label, show]) => [label, ...reports.map(show)]),
  ].map((cells) => `| ${cells.join(" | ")} |`)
  return [...table, ...reports.flatMap(exceptionsOf)].join("\n")
}

function has(method: OptionalMethod): (report: Report) => string {
  return ({ methods }) => mark(methods.includes(method))
}

function count(reported: readonly ReportedClause[], status: Outcome["status"]): number {
  return reported.filter(({ outcome }) => outcome.status === status).length
}

function applying(reported: readonly ReportedClause[]): number {
  return reported.length - count(reported, "skipped")
}

function mark(fact: boolean): string {
  return fact ? "yes" : "no"
}

function limit(value: number | undefined, unit: string): string {
  return value === undefined ? "no limit" : `${value} ${unit}`
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ")
}

/** The clauses that did not pass, by status and reason. */
function exceptionsOf({ name, clauses: reported }: Report): string[] {
  const byReason = new Map<string, string[]>()
  for (const { id, outcome } of reported) {
    if (outcome.status === "passed") continue
    const reason = outcome.status === "failed" ? messageOf(outcome.error) : outcome.reason
    const line = `${outcome.status}: ${cell(reason)}`
    byReason.set(line, [...(byReason.get(line) ?? []), id])
  }
  const lines = Array.from(byReason, ([line, ids]) => `- ${withRanges(ids)} ${line}`)
  return lines.length === 0 ? [] : ["", `${name}:`, "", ...lines]
}

/** `faults.1 to 3, incr.6` for `faults.1`, `faults.2`, `faults.3` and `incr.6`. */
function withRanges(ids: readonly string[]): string {
  const ranges: { family: string; first: number; last: number }[] = []
  for (const id of ids) {
    const [family = "", number] = id.split(".")
    const range = ranges.at(-1)
    if (range?.family === family && range.last + 1 === Number(number)) range.last += 1
    else ranges.push({ family, first: Number(number), last: Number(number) })
  }
  return ranges.map(({ family, first, last }) => `${family}.${first}${last > first ? ` to ${last}` : ""}`).join(", ")
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

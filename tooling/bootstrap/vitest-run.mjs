import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { collect } from "./command.mjs"
import { repositoryRoot } from "./repository-root.mjs"
import { judge } from "./tally.mjs"

/**
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {readonly { status: string, assertionResults: readonly unknown[] }[]} testResults one per file
 */

/**
 * Counts the tests of a report. A file that failed before its first test counts as a failed test.
 *
 * @param {VitestReport} report
 * @returns {import("./tally.mjs").Tally}
 */
export function tallyReport(report) {
  const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0)
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length }
}

/**
 * Runs the vitest projects of the workspace, and shows their output.
 *
 * @param {readonly string[]} args of `vitest run`: filters, options
 * @param {Record<string, string>} env
 * @returns {Promise<import("./tally.mjs").Tally>}
 */
export async function runVitest(args, env) {
  const folder = mkdtempSync(join(tmpdir(), "larder-vitest-"))
  const report = join(folder, "report.json")
  try {
    const program = join(repositoryRoot, "node_modules/vitest/vitest.mjs")
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
    const { code } = await collect(process.execPath, [program, "run", ...reporters, ...args], { env, echo: true })
    return judge(readTally(report), code)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** @param {string} path */
function readTally(path) {
  try {
    return tallyReport(JSON.parse(readFileSync(path, "utf8")))
  } catch {
    // vitest ended before it could write a report; its exit code then shows the failure.
    return { passed: 0, failed: 0 }
  }
}

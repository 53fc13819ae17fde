import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { collect } from "./command.mjs"
import { repositoryRoot } from "./repository-root.mjs"
import { judge } from "./tally.mjs"

/**
 * Reads the summary at the end of a `node --test` run, from either of Node's two reporters.
 *
 * @param {string} output
 * @returns {import("./tally.mjs").Tally}
 */
export function tallySummary(output) {
  const count = (/** @type {string} */ word) =>
    Number([...output.matchAll(new RegExp(`^(?:#|ℹ) ${word} (\\d+)$`, "gm"))].at(-1)?.[1] ?? 0)
  return { passed: count("pass"), failed: count("fail") + count("cancelled") }
}

/** The folders of packages and examples that have a `test:node` script. */
function suites() {
  return ["packages", "examples"]
    .flatMap((group) => readdirSync(join(repositoryRoot, group)).map((name) => join(repositoryRoot, group, name)))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .filter((folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).scripts?.["test:node"])
}

/**
 * Runs the suites for Node's own test runner, and shows their output.
 *
 * @param {Record<string, string>} env
 * @returns {Promise<import("./tally.mjs").Tally[]>} one per suite
 */
export async function runNodeTests(env) {
  const tallies = []
  for (const cwd of suites()) {
    const { code, output } = await collect("npm", ["run", "test:node"], { cwd, env, echo: true })
    tallies.push(judge(tallySummary(output), code))
  }
  return tallies
}

import { rmSync } from "node:fs"
import { CommandError } from "./command.mjs"
import { installWorkspace } from "./install.mjs"
import { requireNode } from "./node-version.mjs"
import { repositoryRoot as root } from "./repository-root.mjs"
import { explain, step } from "./step.mjs"
import { verdict } from "./tally.mjs"
import { turbo } from "./turbo.mjs"

requireNode()
const total = await checkEverything().catch((error) => {
  explain(error)
  return { passed: 0, failed: 1 }
})
console.log(verdict(total))
process.exitCode = total.failed === 0 ? 0 : 1

async function checkEverything() {
  await step("Installing the workspace", installWorkspace)
  await step("Building", () => turbo("build"))
  // They can only be imported after the install.
  const { checks } = await import("../repository/checks.mjs")
  const { packPackages } = await import("../repository/packed-packages.mjs")
  const packed = await step("Packing", () => packPackages(root))
  const tally = { passed: 0, failed: 0 }
  try {
    for (const { name, run } of checks) {
      const start = performance.now()
      const findings = await findingsOf(() => run({ root, ...packed }))
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      console.log(`${findings.length === 0 ? "passed" : "FAILED"}  ${name} (${seconds} s)`)
      for (const finding of findings) console.log(finding.replaceAll(/^/gm, "        "))
      tally[findings.length === 0 ? "passed" : "failed"] += 1
    }
  } finally {
    rmSync(packed.folder, { recursive: true })
  }
  return tally
}

/**
 * Turns an error of a check into a finding, so that the other checks still run.
 *
 * @param {() => string[] | Promise<string[]>} run
 * @returns {Promise<string[]>}
 */
async function findingsOf(run) {
  try {
    return await run()
  } catch (error) {
    if (error instanceof CommandError) return [`${error.output}\n${error.message}`]
    return [error instanceof Error ? String(error.stack) : String(error)]
  }
}

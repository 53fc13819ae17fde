import { findChromium, installChromium } from "../services/chromium.mjs"
import { installWorkspace } from "./install.mjs"
import { runNodeTests } from "./node-test-run.mjs"
import { requireNode } from "./node-version.mjs"
import { explain, step } from "./step.mjs"
import { sum, verdict } from "./tally.mjs"
import { turbo } from "./turbo.mjs"
import { runVitest } from "./vitest-run.mjs"

requireNode()
const total = await testEverything(process.argv.slice(2)).catch((error) => {
  explain(error)
  return { passed: 0, failed: 1 }
})
console.log(verdict(total))
process.exitCode = total.failed === 0 ? 0 : 1

/** @param {readonly string[]} vitestArguments when there are any, only vitest runs */
async function testEverything(vitestArguments) {
  await step("Installing the workspace", installWorkspace)
  await step("Building", () => turbo("build"))
  const chromium = findChromium() ?? (await step("Installing Chromium from Debian's packages", installChromium))
  const env = { CHROMIUM_PATH: chromium }
  const tallies = [await runVitest(vitestArguments, env)]
  if (vitestArguments.length === 0) tallies.push(...(await runNodeTests(env)))
  return sum(tallies)
}

import { canInstallPackages, installPackages } from "../services/apt.mjs"
import { chromiumPackage, findChromium, requireChromium } from "../services/chromium.mjs"
import { neededServices } from "../services/needed-services.mjs"
import { missingPackages, startServices } from "../services/services.mjs"
import { endWithParent } from "./end-with-parent.mjs"
import { installWorkspace } from "./install.mjs"
import { runNodeTests } from "./node-test-run.mjs"
import { requireNode } from "./node-version.mjs"
import { explain, step } from "./step.mjs"
import { sum, verdict } from "./tally.mjs"
import { turbo } from "./turbo.mjs"
import { runVitest } from "./vitest-run.mjs"

requireNode()
if (process.env.npm_lifecycle_event) endWithParent()
const total = await testEverything(process.argv.slice(2)).catch((error) => {
  explain(error)
  return { passed: 0, failed: 1 }
})
console.log(verdict(total))
process.exitCode = total.failed === 0 ? 0 : 1

/** @param {readonly string[]} vitestArguments if there are any, only vitest runs */
async function testEverything(vitestArguments) {
  await step("Installing the workspace", installWorkspace)
  await step("Building", () => turbo("build"))
  const wanted = neededServices(vitestArguments)
  const packages = [...(findChromium() ? [] : [chromiumPackage]), ...missingPackages(wanted)]
  if (packages.length > 0 && canInstallPackages())
    await step(`Installing ${packages.join(", ")} from Debian's packages`, () => installPackages(packages))
  const chromium = requireChromium()
  const names = wanted.map(({ name }) => name).join(", ") || "none needed"
  const servers = await step(`Starting servers (${names})`, () => startServices(wanted))
  try {
    const env = { CHROMIUM_PATH: chromium, ...servers.environment }
    const tallies = [await runVitest(vitestArguments, env)]
    if (vitestArguments.length === 0) tallies.push(...(await runNodeTests(env)))
    return sum(tallies)
  } finally {
    await servers.stop()
  }
}

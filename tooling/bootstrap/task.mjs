import { installMissingTools } from "./install.mjs"
import { requireNode } from "./node-version.mjs"
import { explain } from "./step.mjs"
import { turbo } from "./turbo.mjs"

requireNode()
const [task = "build", ...args] = process.argv.slice(2)
try {
  await installMissingTools()
  await turbo(task, args, { echo: true })
} catch (error) {
  explain(error)
  process.exitCode = 1
}

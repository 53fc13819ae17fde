import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { buildPortal, installPortal } from "./install.mjs"
import { requireNode } from "./node-version.mjs"
import { repositoryRoot } from "./repository-root.mjs"
import { explain, step } from "./step.mjs"

requireNode()
try {
  await step("Installing what the news portal needs", () => installPortal())
  await step("Building it", () => buildPortal())
} catch (error) {
  explain(error)
  process.exit(1)
}
const program = join(repositoryRoot, "examples/news-portal/dist/load.js")
process.argv[1] = program
await import(pathToFileURL(program).href)

import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { endWithParent } from "./end-with-parent.mjs"
import { installPortal } from "./install.mjs"
import { requireNode } from "./node-version.mjs"
import { pnpm } from "./pnpm.mjs"
import { repositoryRoot } from "./repository-root.mjs"
import { explain, step } from "./step.mjs"

requireNode()
// Only under npm: whoever starts this file by hand may want it to outlive their shell.
if (process.env.npm_lifecycle_event) endWithParent()
try {
  await step("Installing what the news portal needs", installPortal)
  await step("Building it", () => pnpm(["--recursive", "--filter-prod", "news-portal...", "run", "build"]))
} catch (error) {
  explain(error)
  process.exit(1)
}

// The portal takes this process over, so its signals and its exit code are those of `npm start`.
const program = join(repositoryRoot, "examples/news-portal/dist/main.js")
process.argv[1] = program
await import(pathToFileURL(program).href)

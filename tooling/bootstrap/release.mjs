import { requireNode } from "./node-version.mjs"
import { pnpm } from "./pnpm.mjs"
import { explain } from "./step.mjs"

// npm run release: publishes what is built, in every version that npm does not have yet, and tags it. Only the release
// workflow has the right to.

requireNode()
try {
  // changesets publishes through the pnpm on the PATH, which resolves the ranges of the workspace and of the catalog.
  await pnpm(["exec", "changeset", "publish"], { echo: true })
} catch (error) {
  explain(error)
  process.exitCode = 1
}

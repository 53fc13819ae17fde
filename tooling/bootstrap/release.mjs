import { requireNode } from "./node-version.mjs"
import { pnpm } from "./pnpm.mjs"
import { explain } from "./step.mjs"

// npm run release: publishes the built packages whose versions are not on npm yet, and tags them. Only the release workflow
// is allowed to.

requireNode()
try {
  // changesets publishes with the pnpm on the PATH, which resolves workspace and catalog ranges.
  await pnpm(["exec", "changeset", "publish"], { echo: true })
} catch (error) {
  explain(error)
  process.exitCode = 1
}

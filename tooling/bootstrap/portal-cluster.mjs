import { installWorkspace } from "./install.mjs"
import { requireNode } from "./node-version.mjs"
import { pnpm } from "./pnpm.mjs"
import { explain, step } from "./step.mjs"

requireNode()
try {
  await step("Installing the workspace", installWorkspace)
  await step("Building the portal", () => pnpm(["--recursive", "--filter", "news-portal...", "run", "build"]))
} catch (error) {
  explain(error)
  process.exit(1)
}
await import("./portal-cluster-start.mjs")

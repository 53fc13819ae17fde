import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { endWithParent } from "./end-with-parent.mjs"
import { buildPortal, installPortal } from "./install.mjs"
import { requireNode } from "./node-version.mjs"
import { portalStoreOf } from "./portal-store.mjs"
import { repositoryRoot } from "./repository-root.mjs"
import { explain, step } from "./step.mjs"

requireNode()
// Only under npm: started by hand, it may have to outlive its shell.
if (process.env.npm_lifecycle_event) endWithParent()
const store = portalStoreOf(process.env.CACHE_URL)
try {
  await step("Installing what the news portal needs", () => installPortal(store))
  await step("Building it", () => buildPortal(store))
} catch (error) {
  explain(error)
  if (store?.driver === "better-sqlite3") {
    console.error(
      "SQLite on this Node needs better-sqlite3, which is compiled with Python, make and a C++ compiler; Node 22.13 and " +
        "later bring a SQLite, and CACHE_URL=file:.larder/cache needs none.",
    )
  }
  process.exit(1)
}

// The portal runs in this process, so that signals and exit code are those of `npm start`.
const program = join(repositoryRoot, "examples/news-portal/dist/main.js")
process.argv[1] = program
// The toolbar names the lines that made a call: those of the TypeScript source.
process.setSourceMapsEnabled(true)
await import(pathToFileURL(program).href)

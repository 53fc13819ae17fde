// npm run capabilities: writes docs/backends.md. Starts the servers for which the environment has no address.
import { writeFileSync } from "node:fs"
import { requireNode } from "../bootstrap/node-version.mjs"
import { explain } from "../bootstrap/step.mjs"
import { services, startServices } from "../services/services.mjs"

requireNode()
const { environment, stop } = await startServices(services)
try {
  Object.assign(process.env, environment)
  const { backendsPage } = await import("./backends-page.mjs")
  const page = new URL("../../docs/backends.md", import.meta.url)
  writeFileSync(page, await backendsPage())
  console.log("docs/backends.md is written")
} catch (error) {
  explain(error)
  process.exitCode = 1
} finally {
  await stop()
}

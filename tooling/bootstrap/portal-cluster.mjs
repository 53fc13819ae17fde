import { buildPortal, installPortal } from "./install.mjs"
import { requireNode } from "./node-version.mjs"
import { portalStoreOf } from "./portal-store.mjs"
import { explain, step } from "./step.mjs"

requireNode()
try {
  const store = portalStoreOf("redis:")
  await step("Installing what the news portal needs", () => installPortal(store))
  await step("Building it", () => buildPortal(store))
} catch (error) {
  explain(error)
  process.exit(1)
}
await import("./portal-cluster-start.mjs")

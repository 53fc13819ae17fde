import type { Backend } from "./backend.js"
import { describeValue } from "./describe-value.js"

const methods = ["get", "set", "delete"] as const

/** Throws a `TypeError` for what is no backend. A text is not shown: it may be a URL with a password. */
export function checkBackend(backend: Backend<unknown>): void {
  const hasMethods = methods.every((method) => typeof backend?.[method] === "function")
  if (hasMethods && typeof backend.capabilities === "object") return
  const hint =
    typeof backend === "string" ? "a string; backendFromUrl of @larder/core/url makes a backend from a URL" : undefined
  throw new TypeError(
    `A cache needs a backend, an object with capabilities, get, set and delete; got ${hint ?? describeValue(backend)}`,
  )
}

import type { Backend, Entry } from "@larder/core"
import { withInterceptedCalls } from "./intercepted-calls.js"

/** The same backend, which also passes each key written to it to `record`. */
export function withRecordedKeys(backend: Backend<unknown>, record: (key: string) => void): Backend<unknown> {
  return withInterceptedCalls(backend, (method, [first], call) => {
    if (method === "set" || method === "add") record(first as string)
    if (method === "setMany") for (const { key } of first as readonly Entry<unknown>[]) record(key)
    return call()
  })
}

import type { Backend, Entry } from "@larder/core"
import { withObservedCalls } from "./observed-calls.js"

/** The same backend, which also passes each key written to it to `record`. */
export function withRecordedKeys(backend: Backend<unknown>, record: (key: string) => void): Backend<unknown> {
  return withObservedCalls(backend, (method, [first]) => {
    if (method === "set" || method === "add") record(first as string)
    if (method === "setMany") for (const { key } of first as readonly Entry<unknown>[]) record(key)
    return undefined
  })
}

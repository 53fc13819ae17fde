import type { Backend } from "@larder/core"

/** A handle that can be disconnected from its store and reconnected. */
export interface Severable {
  readonly handle: Backend<unknown>
  /** Makes every call fail without reaching the store, until `mend`. */
  readonly sever: () => void
  readonly mend: () => void
}

/** Wraps a backend so that it can be disconnected. */
export function severable(backend: Backend<unknown>): Severable {
  let severed = false
  const behindCut = (whole: Backend<unknown>): Backend<unknown> =>
    new Proxy(whole, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target)
        if (typeof value !== "function") return value
        // Bound to the backend itself: a proxy does not have its private fields.
        const method = value as (this: unknown, ...parameters: readonly unknown[]) => unknown
        return (...parameters: readonly unknown[]) => {
          if (severed && property === "getCopy") return undefined
          const asksStore = property !== "onTerms" && property !== "isRefusal"
          if (severed && asksStore) {
            const error = new Error("cut off from the store")
            if (property === "getSync") throw error
            return Promise.reject(error)
          }
          const answer = method.apply(target, parameters as unknown[])
          // `onTerms` returns the backend that a cache uses.
          return property === "onTerms" ? behindCut(answer as Backend<unknown>) : answer
        }
      },
    })
  return {
    handle: behindCut(backend),
    sever: () => {
      severed = true
    },
    mend: () => {
      severed = false
    },
  }
}

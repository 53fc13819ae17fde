import type { Backend } from "@larder/core"

/** A handle that can be cut off from its store, as if its process had stopped, and joined again. */
export interface Severable {
  readonly handle: Backend<unknown>
  /** From now on every call fails and reaches nothing. */
  readonly sever: () => void
  readonly mend: () => void
}

/** The same backend behind a cut that can be made and mended. */
export function severable(backend: Backend<unknown>): Severable {
  let severed = false
  const behindCut = (whole: Backend<unknown>): Backend<unknown> =>
    new Proxy(whole, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target)
        if (typeof value !== "function") return value
        // Bound to the backend itself, whose private fields a proxy does not have.
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
          // Else it is the backend that a cache uses.
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

import type { Backend, Entry } from "@larder/core"

type Writer = (this: unknown, ...parameters: readonly unknown[]) => unknown

/** The same backend, which also passes each key written to it to `record`. */
export function withRecordedKeys(backend: Backend<unknown>, record: (key: string) => void): Backend<unknown> {
  return new Proxy(backend, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (typeof value !== "function") return value
      // Bound to the backend itself: a proxy does not have its private fields.
      const method = value as Writer
      return (...parameters: readonly unknown[]) => {
        const [first] = parameters
        if (property === "set" || property === "add") record(first as string)
        if (property === "setMany") for (const { key } of first as readonly Entry<unknown>[]) record(key)
        const answer = method.apply(target, parameters as unknown[])
        // It returns the backend that a cache uses.
        return property === "onTerms" ? withRecordedKeys(answer as Backend<unknown>, record) : answer
      }
    },
  })
}

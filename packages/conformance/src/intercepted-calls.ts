import type { Backend } from "@larder/core"

/** Receives a call of a method before it is made; returns what the caller gets, usually what `call` returns. */
export type Interceptor = (method: string, parameters: readonly unknown[], call: () => unknown) => unknown

type Method = (this: unknown, ...parameters: unknown[]) => unknown

/** The same backend, whose calls go through `intercept`. */
export function withInterceptedCalls<Intercepted extends Backend<unknown>>(
  backend: Intercepted,
  intercept: Interceptor,
): Intercepted {
  return new Proxy(backend, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (typeof value !== "function" || typeof property !== "string") return value
      return (...parameters: unknown[]) => {
        // On the backend itself: a proxy does not have its private fields.
        const answer = intercept(property, parameters, () => (value as Method).apply(target, parameters))
        // It returns the backend that a cache uses.
        return property === "onTerms" ? withInterceptedCalls(answer as Backend<unknown>, intercept) : answer
      }
    },
  })
}

import type { Backend } from "@larder/core"

/** Called before each call of a method. May return a function that receives its result. */
export type CallObserver = (method: string, parameters: readonly unknown[]) => ((result: unknown) => void) | undefined

type Method = (this: unknown, ...parameters: readonly unknown[]) => unknown

/** The same backend, with each call reported to the observer. */
export function withObservedCalls(backend: Backend<unknown>, observe: CallObserver): Backend<unknown> {
  return new Proxy(backend, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (typeof value !== "function") return value
      const name = String(property)
      // Called on the backend itself: a proxy does not have its private fields.
      const method = value as Method
      return (...parameters: readonly unknown[]) => {
        const finish = observe(name, parameters)
        const result = method.apply(target, parameters as unknown[])
        finish?.(result)
        // It returns the backend that a cache uses.
        return name === "onTerms" ? withObservedCalls(result as Backend<unknown>, observe) : result
      }
    },
  })
}

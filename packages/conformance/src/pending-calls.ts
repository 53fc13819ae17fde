import type { Backend } from "@larder/core"
import { withInterceptedCalls } from "./intercepted-calls.js"

interface Call {
  readonly method: string
  readonly parameters: readonly unknown[]
}

/** At most so many calls are named. */
const mostNamed = 3

/** The calls of backends that have not settled yet. */
export class PendingCalls {
  readonly #calls = new Set<Call>()

  /** The same backend, whose calls are watched from now on. */
  watch<Watched extends Backend<unknown>>(backend: Watched): Watched {
    return withInterceptedCalls(backend, (method, parameters, call) => {
      const answer = call()
      if (answer instanceof Promise) this.#await({ method, parameters }, answer)
      return answer
    })
  }

  /** Which calls hang, for a message: `get of "key" hangs`. */
  toString(): string {
    const names = [...this.#calls].map(nameOf)
    if (names.length === 0) return "a call hangs"
    const more = names.length - mostNamed
    const named = [...names.slice(0, mostNamed), ...(more > 0 ? [`${more} more`] : [])].join(", ")
    return `${named} ${names.length === 1 ? "hangs" : "hang"}`
  }

  #await(call: Call, answer: Promise<unknown>): void {
    const settled = (): void => void this.#calls.delete(call)
    this.#calls.add(call)
    answer.then(settled, settled)
  }
}

function nameOf({ method, parameters: [first] }: Call): string {
  if (typeof first === "string") return `${method} of ${JSON.stringify(first)}`
  return Array.isArray(first) ? `${method} of ${first.length} ${first.length === 1 ? "key" : "keys"}` : method
}

import { isPromise } from "node:util/types"
import type { Backend } from "@larder/core"
import { withObservedCalls } from "./observed-calls.js"

/** Longer lists of calls are cut off. */
const mostShown = 5

interface Call {
  readonly method: string
  readonly parameters: readonly unknown[]
}

/** The calls of a clause that have not settled yet, to tell which one hangs. */
export class PendingCalls {
  readonly #calls = new Set<Call>()
  readonly #watched = new Map<Backend<unknown>, Backend<unknown>>()

  /** The same backend, whose calls are listed here while they are pending. Returns the same object for the same backend. */
  watch(backend: Backend<unknown>): Backend<unknown> {
    const known = this.#watched.get(backend)
    if (known !== undefined) return known
    const watched = withObservedCalls(
      backend,
      (method, parameters) => (result) => this.#add({ method, parameters }, result),
    )
    this.#watched.set(backend, watched)
    return watched
  }

  /** The pending calls, oldest first: `get("key"), setMany(20 items)`. Empty without any. */
  toString(): string {
    const calls = [...this.#calls].slice(0, mostShown).map(show)
    const others = this.#calls.size - calls.length
    return [...calls, ...(others > 0 ? [`${others} more`] : [])].join(", ")
  }

  #add(call: Call, result: unknown): void {
    if (!isPromise(result)) return
    const settle = (): void => void this.#calls.delete(call)
    this.#calls.add(call)
    result.then(settle, settle)
  }
}

function show({ method, parameters: [first] }: Call): string {
  if (typeof first === "string") return `${method}(${JSON.stringify(first)})`
  return Array.isArray(first) ? `${method}(${first.length} items)` : `${method}()`
}

import { BoundedMemo } from "./bounded-memo.js"
import { includeCalls } from "./include-calls.js"
import { digestOf, type FindIncluded, fragmentId } from "./template-digest.js"

/**
 * Returns the source of the template that `include(name)` refers to; `undefined` if there is none. `from` is the template
 * that contains the call: an earlier `name`, or `undefined` for the function passed to `cache`.
 */
export type IncludedSource = (name: string, from: string | undefined) => string | undefined

const MOST_FRAGMENTS = 1_000

/** Digests of the functions passed to `cache` and of their includes, memoized by source. */
export class EjsDigests {
  readonly #find: FindIncluded
  readonly #digests = new BoundedMemo<string>(MOST_FRAGMENTS)

  constructor(sourceOf: IncludedSource) {
    this.#find = (name, from) => {
      const text = sourceOf(name, from.id === fragmentId ? undefined : from.id)
      return text === undefined ? "missing" : { id: name, text, includes: includeCalls(text) }
    }
  }

  digestOf(render: () => unknown, name: string): string {
    const text = Function.prototype.toString.call(render)
    const place = { template: `fragment ${JSON.stringify(name)}` }
    return this.#digests.get(text, () =>
      digestOf({ id: fragmentId, text, includes: includeCalls(text) }, this.#find, place),
    )
  }
}

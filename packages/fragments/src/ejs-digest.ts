import { BoundedMemo } from "./bounded-memo.js"
import { includeCalls } from "./include-calls.js"
import { digestOf, type FindIncluded, fragmentId } from "./template-digest.js"

/**
 * Gives the source of the template that `include(name)` means, `undefined` for none. `from` is what that call stands in: an
 * earlier `name`, or `undefined` for what was given to `cache`.
 */
export type IncludedSource = (name: string, from: string | undefined) => string | undefined

const MOST_FRAGMENTS = 1_000

/** The digest of what stands in a template as the last argument of `cache`, and of what that includes; each made once. */
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

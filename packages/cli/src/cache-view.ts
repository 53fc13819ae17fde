import type { Cache } from "@larder/core"
import { type ChosenCache, withCaches } from "./chosen-caches.js"
import type { Arguments } from "./command.js"
import { noteOnMemory } from "./memory-note.js"
import type { OptionName } from "./options.js"
import type { Output } from "./output.js"
import { UsageError } from "./usage-error.js"

const DEFAULT_ALIAS = "default"

/** The options that select a cache, and a namespace and version in it. */
export const viewOptions: readonly OptionName[] = ["config", "url", "cache", "namespace", "key-version", "key-prefix"]

/** Runs `work` with the cache, namespace and version of the options. Rejects with a `UsageError` if they are invalid. */
export async function withView<Result>(
  given: Arguments,
  output: Output,
  work: (view: Cache, label: string) => Promise<Result>,
): Promise<Result> {
  const { url, cache: alias } = given
  if (url !== undefined && alias !== undefined) {
    throw new UsageError("Pass either --url or --cache, not both")
  }
  const words = url === undefined ? [alias ?? DEFAULT_ALIAS] : []
  return withCaches({ ...given, words }, (chosen) => {
    const { label, use } = chosen[0] as ChosenCache
    const cache = use()
    noteOnMemory(cache, label, output)
    return work(viewOf(cache, given), label)
  })
}

/** Returns the namespace and version of a cache that the options name. Throws a `UsageError` if they are invalid. */
export function viewOf(cache: Cache, { namespace = [], "key-version": version }: Arguments): Cache {
  if (namespace.includes("")) throw new UsageError("--namespace is empty")
  const view = namespace.reduce((outer, name) => outer.namespace(name), cache)
  return version === undefined ? view : view.withVersion(integerOf("key-version", version))
}

/** Reads an option that is an integer. Throws a `UsageError` for any other value. */
export function integerOf(name: OptionName, text: string, lowest: number = Number.MIN_SAFE_INTEGER): number {
  const integer = /^-?\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(integer) && integer >= lowest) return integer
  const what = lowest === Number.MIN_SAFE_INTEGER ? "an integer" : `an integer of at least ${lowest}`
  throw new UsageError(`--${name} must be ${what}; got ${JSON.stringify(text)}`)
}

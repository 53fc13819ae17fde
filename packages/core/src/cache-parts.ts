import { answersAtOnce } from "./at-once.js"
import type { Backend, Milliseconds } from "./backend.js"
import { deleteMany } from "./batches.js"
import type { CacheOptions } from "./cache-options.js"
import { Calls } from "./calls.js"
import { DirtyKeys } from "./dirty-keys.js"
import { Entries } from "./entries.js"
import type { FillParts } from "./fill.js"
import { defaultKeyFunction, Keys } from "./keys.js"
import { ReadBatch } from "./read-batch.js"
import { type RefreshPolicy, refreshPolicy } from "./refresh-policy.js"
import { NAMESPACE, Scopes } from "./scopes.js"
import { Tags } from "./tags.js"
import { type Timeout, toTtl } from "./timeout.js"
import { Tokens } from "./tokens.js"
import { Underway } from "./underway.js"
import { usedBackend } from "./used-backend.js"
import { warn } from "./warn.js"

const DEFAULT_TIMEOUT: Timeout = 300
const DEFAULT_OPERATION_LIMIT: Milliseconds = 1_000

/** The parts of a cache, shared with its views. */
export interface CacheParts extends FillParts {
  /** The backend that was passed in; `backend` is how this cache uses it. */
  readonly given: Backend<unknown>
  readonly dirty: DirtyKeys
  readonly scopes: Scopes
  readonly defaultTtl: Milliseconds | undefined
  readonly defaultPolicy: RefreshPolicy
  /** Entries are signed, so stores cannot count them. For the same behaviour everywhere, none may. */
  readonly signs: boolean
  /** The tags of a namespace, by its path. */
  tagsOf(path: readonly string[]): Tags
}

export function makeParts(given: Backend<unknown>, options: CacheOptions): CacheParts {
  const { alias = given.name, keyPrefix = "", keyFunction = defaultKeyFunction, onError = "miss" } = options
  const keys = new Keys({ keyPrefix, keyFunction }, given.capabilities, (message) => warn(message, "LARDER_KEY"))
  const reserve = (kind: string, names: readonly string[]): string => keys.reserved(kind, names)
  const dirty = new DirtyKeys()
  const calls: Calls = new Calls({
    alias,
    backend: given.name,
    location: given.location,
    onError,
    limit: limitOf(given, options),
    hasCopies: given.onTerms !== undefined,
    isRefusal: (error) => given.isRefusal?.(error) === true,
    recovered: () => {
      const remove = (finalKeys: readonly string[]): Promise<number> =>
        calls.bounded("deleteMany", deleteMany(backend, finalKeys))
      // If it fails, the store is noted as failing again, and its next reply triggers this again.
      dirty.purge(remove).catch((error: unknown) => calls.failure("deleteMany", [], error))
    },
  })
  const { backend, values } = usedBackend(given, calls, keys, options)
  const batch = new ReadBatch(backend, (reading) => calls.bounded("getMany", reading), dirty)
  const tokens = new Tokens(backend, batch, reserve(NAMESPACE, []))
  const defaultTtl = toTtl(options.timeout === undefined ? DEFAULT_TIMEOUT : options.timeout)
  return {
    given,
    backend,
    answersAtOnce: answersAtOnce(backend),
    calls,
    keys,
    values,
    dirty,
    entries: new Entries({ backend, batch, tokens, values, dirty }),
    underway: new Underway(),
    scopes: new Scopes(tokens, reserve, backend.clear === undefined && keys.prefix !== undefined),
    tagsOf: (path) => new Tags(tokens, reserve, path),
    defaultTtl,
    signs: options.sign !== undefined,
    defaultPolicy: refreshPolicy(options, defaultTtl, backend),
  }
}

/** How long the backend may take for a call: per the options, else one second for a remote store. */
function limitOf({ capabilities }: Backend<unknown>, { operationTimeout }: CacheOptions): Milliseconds | undefined {
  if (operationTimeout !== undefined) return toTtl(operationTimeout)
  return capabilities.remote === true ? DEFAULT_OPERATION_LIMIT : undefined
}

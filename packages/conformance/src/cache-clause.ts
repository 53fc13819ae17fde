import assert from "node:assert/strict"
import { type Backend, Cache, type CacheOptions } from "@larder/core"
import type { Clause, ClauseContext, OptionalMethod } from "./clause.js"
import { clause } from "./clause.js"
import { patientOptions } from "./patient-options.js"
import { withRecordedKeys } from "./recorded-keys.js"

/** What a clause about `Cache` receives when it runs. */
export interface CacheContext extends ClauseContext<OptionalMethod> {
  /** A cache on the backend, with a prefix for this clause only. */
  readonly cache: Cache
  /** Creates another cache on the same store. Its `keyPrefix` is appended to that of the clause. */
  readonly cacheWith: (options: CacheOptions) => Cache
  /** Creates the same cache on another handle, as in another process; on this handle if handles do not share a store. */
  readonly elsewhere: (index?: number) => Promise<Cache>
  /** Creates the same cache on the given handle. */
  readonly cacheOn: (handle: Backend<unknown>) => Cache
  /** The final keys that the caches of this clause have written, including internal ones. */
  readonly written: ReadonlySet<string>
}

interface CacheClauseDefinition extends Omit<Clause, "run"> {
  readonly uses?: readonly OptionalMethod[]
  run(context: CacheContext): Promise<void>
}

/** Creates a clause about `Cache` for the cache options of a harness. */
export type CacheClause = (options: CacheOptions) => Clause

/** Defines a clause with a cache in its context. */
export function cacheClause({ run, ...definition }: CacheClauseDefinition): CacheClause {
  return (options) =>
    clause({
      ...definition,
      run(context: ClauseContext<OptionalMethod>) {
        const prefix = cachePrefix(context)
        const written = new Set<string>()
        const record = (key: string): void => {
          written.add(key)
          context.cleanUp(key)
        }
        const make = (handle: Backend<unknown>, own: CacheOptions): Cache =>
          new Cache(withRecordedKeys(handle, record), {
            ...patientOptions,
            ...options,
            ...own,
            keyPrefix: `${prefix}${own.keyPrefix ?? ""}`,
          })
        const cacheWith = (own: CacheOptions): Cache => make(context.backend, own)
        const cacheOn = (handle: Backend<unknown>): Cache => make(handle, {})
        const elsewhere = async (index = 0): Promise<Cache> =>
          cacheOn(context.backend.capabilities.shared ? await context.peer(index) : context.backend)
        return run({ ...members(context), cache: cacheWith({}), cacheWith, cacheOn, elsewhere, written })
      },
    })
}

/** The `keyPrefix` of the caches of a clause. */
export function cachePrefix({ prefix }: Pick<ClauseContext, "prefix">): string {
  return prefix.replace(":", "")
}

/** The members of a context as a plain object. All are fields, none a method. */
function members(context: ClauseContext<OptionalMethod>): ClauseContext<OptionalMethod> {
  const { backend, prefix, values, clock, shortTtl, shortLife, longTtl } = context
  const { key, cleanUp, expire, peer, child, open, fork, openThroughProxy } = context
  const facts = { backend, prefix, values, clock, shortTtl, shortLife, longTtl }
  return { ...facts, key, cleanUp, expire, peer, child, open, fork, openThroughProxy }
}

/** For `needs`: the clause requires a codec that rejects functions. */
export function refusesFunctions(backend: Backend<unknown>): string | undefined {
  try {
    backend.codec?.encode(() => {})
  } catch {
    return undefined
  }
  return backend.codec === undefined ? undefined : "stores values of every kind, including functions"
}

/** For `needs`: the clause requires `add` over an entry that is live only to the store. */
export function replacesEntries(backend: Backend<unknown>): string | undefined {
  if (backend.replaceIfEqual !== undefined || backend.deleteIfEqual !== undefined) return undefined
  return "has neither replaceIfEqual() nor deleteIfEqual()"
}

/** Rejects unless the work rejects with an error of this name. */
export async function assertRejects(work: () => Promise<unknown>, name: string): Promise<void> {
  const outcome = await (async () => work())().then(
    (result: unknown) => ({ result }),
    (error: unknown) => ({ error }),
  )
  if ("result" in outcome) assert.fail(`expected a rejection with ${name}, got the result ${String(outcome.result)}`)
  const { error } = outcome
  assert.ok(error instanceof Error && error.name === name, `expected a rejection with ${name}, got ${String(error)}`)
}

import assert from "node:assert/strict"
import { type Backend, Cache, type CacheOptions } from "@larder/core"
import type { Clause, ClauseContext, OptionalMethod } from "./clause.js"
import { clause } from "./clause.js"
import { patientOptions } from "./patient-options.js"
import { withRecordedKeys } from "./recorded-keys.js"

/** What a clause about `Cache` works with while it runs. */
export interface CacheContext extends ClauseContext<OptionalMethod> {
  /** A cache on the backend, under a prefix that is this clause's alone. */
  readonly cache: Cache
  /** Another cache on the same store. Its `keyPrefix` is put behind the clause's own. */
  readonly cacheWith: (options: CacheOptions) => Cache
  /** The same cache as another process has it: on one of several other handles, or on this one where handles share nothing. */
  readonly elsewhere: (index?: number) => Promise<Cache>
  /** The same cache on this handle. */
  readonly cacheOn: (handle: Backend<unknown>) => Cache
  /** The final keys that the caches of this clause have written, entries' and their own. */
  readonly written: ReadonlySet<string>
}

interface CacheClauseDefinition extends Omit<Clause, "run"> {
  readonly uses?: readonly OptionalMethod[]
  run(context: CacheContext): Promise<void>
}

/** A clause about `Cache`, made for the options that a harness gives its caches. */
export type CacheClause = (options: CacheOptions) => Clause

/** A clause that finds a cache in its context. */
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

/** The `keyPrefix` of a clause's caches. */
export function cachePrefix({ prefix }: Pick<ClauseContext, "prefix">): string {
  return prefix.replace(":", "")
}

/** A context's members, which are fields and not methods, as one plain object. */
function members(context: ClauseContext<OptionalMethod>): ClauseContext<OptionalMethod> {
  const { backend, prefix, values, clock, shortTtl, shortLife, longTtl } = context
  const { key, cleanUp, expire, peer, child, open, fork, openThroughProxy } = context
  const facts = { backend, prefix, values, clock, shortTtl, shortLife, longTtl }
  return { ...facts, key, cleanUp, expire, peer, child, open, fork, openThroughProxy }
}

/** For `needs`: the clause is about which values the codec of `Cache` takes. */
export function refusesFunctions(backend: Backend<unknown>): string | undefined {
  try {
    backend.codec?.encode(() => {})
  } catch {
    return undefined
  }
  return backend.codec === undefined ? undefined : "keeps values of every kind, functions too"
}

/** For `needs`: the clause is about an addition over an entry that only looks alive to the store. */
export function replacesEntries(backend: Backend<unknown>): string | undefined {
  if (backend.replaceIfEqual !== undefined || backend.deleteIfEqual !== undefined) return undefined
  return "has neither replaceIfEqual() nor deleteIfEqual()"
}

/** Rejects unless the work rejects with an error of this name. */
export async function assertRejects(work: () => Promise<unknown>, name: string): Promise<void> {
  const outcome = await (async () => work())().then(
    (answer: unknown) => ({ answer }),
    (error: unknown) => ({ error }),
  )
  if ("answer" in outcome) assert.fail(`expected a ${name}, got the answer ${String(outcome.answer)}`)
  const { error } = outcome
  assert.ok(error instanceof Error && error.name === name, `expected a ${name}, got ${String(error)}`)
}

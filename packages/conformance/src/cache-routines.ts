// What several processes do concurrently with one cache. Every export is a routine of a child process, as in routines.ts:
// parameters and results are plain data.
import { setTimeout as wait } from "node:timers/promises"
import { type Backend, Cache } from "@larder/core"
import { patientOptions } from "./patient-options.js"

/** What the callers of one key got, and how often the producer ran. */
export interface Filling {
  readonly runs: number
  readonly answers: readonly unknown[]
}

/**
 * Runs `getOrSet` with `lock` for `callers` concurrent callers of a key. The producer returns its process id, after a
 * delay.
 */
export async function fillAtOnce(
  backend: Backend<unknown>,
  keyPrefix: string,
  key: string,
  callers: number,
): Promise<Filling> {
  const cache = patientCache(backend, keyPrefix)
  // Connects, so that all processes start at the same time.
  await cache.has(key)
  let runs = 0
  const produce = async (): Promise<string> => {
    runs += 1
    await wait(200)
    return `made in process ${process.pid}`
  }
  const answers = await Promise.all(Array.from({ length: callers }, () => cache.getOrSet(key, produce, { lock: true })))
  return { runs, answers }
}

/** Starts to compute a value under a lease of `lease` seconds and never finishes. Resolves when it has started. */
export function fillWithoutEnd(
  backend: Backend<unknown>,
  keyPrefix: string,
  key: string,
  lease: number,
): Promise<void> {
  const cache = patientCache(backend, keyPrefix)
  return new Promise((resolve, reject) => {
    const produce = (): Promise<never> => {
      resolve()
      return new Promise(() => {})
    }
    cache.getOrSet(key, produce, { lock: { lease } }).catch(reject)
  })
}

/** Invalidates a tag and clears a namespace. Returns the entries that this process saw before and after. */
export async function invalidate(
  backend: Backend<unknown>,
  keyPrefix: string,
  { tag, namespace, keys }: { readonly tag: string; readonly namespace: string; readonly keys: readonly string[] },
): Promise<readonly (readonly string[])[]> {
  const cache = patientCache(backend, keyPrefix)
  const space = cache.namespace(namespace)
  const seen = async (): Promise<string[]> => [
    ...(await cache.getMany(keys)).keys(),
    ...[...(await space.getMany(keys)).keys()].map((key) => `${namespace}: ${key}`),
  ]
  const before = await seen()
  await cache.invalidateTags([tag])
  await space.clear()
  return [before, await seen()]
}

function patientCache(backend: Backend<unknown>, keyPrefix: string): Cache {
  return new Cache(backend, { ...patientOptions, keyPrefix })
}

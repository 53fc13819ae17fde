import { type Cache, CacheError } from "@larder/core"
import { storeCall } from "../store-call.js"
import { type BenchValue, benchValues } from "./values.js"

/** Two megabytes of large values: the store may be in use. */
const ENTRIES = 200
const COUNTERS = 64

/** An operation on a kind of value. */
export interface Work {
  readonly operation: string
  readonly value: string
  /** Called with 0, 1, 2 and so on. Rejects if the store fails or has lost an entry. */
  readonly call: (index: number) => Promise<void>
  /** Rejects unless the entries that the calls wrote exist: `onError` may have hidden failures. */
  readonly verify?: () => Promise<void>
}

/** An entry that was written is missing. */
export class LostEntryError extends Error {
  override readonly name = "LostEntryError"
}

/** The entries of a benchmark and the operations on them. */
export class Workload {
  readonly #cache: Cache
  readonly #timeout: number
  readonly #values: readonly (BenchValue & { readonly keys: readonly string[] })[]
  readonly #counters: readonly string[]

  /** All keys begin with `prefix`. Entries expire after `timeout` seconds. */
  constructor(cache: Cache, prefix: string, timeout: number) {
    this.#cache = cache
    this.#timeout = timeout
    this.#values = benchValues.map((value, kind) => ({
      ...value,
      keys: Array.from({ length: ENTRIES }, (_, index) => `${prefix}${kind}-${index}`),
    }))
    this.#counters = Array.from({ length: COUNTERS }, (_, index) => `${prefix}counter-${index}`)
  }

  /** Writes all entries, and returns the operations to measure. Rejects with the store's error if it fails. */
  async prepare(): Promise<readonly Work[]> {
    const cache = this.#cache
    for (const { keys, value } of this.#values) {
      await storeCall(cache, () =>
        cache.setMany(
          keys.map((key) => [key, value] as const),
          this.#timeout,
        ),
      )
      await this.#assertAllThere(keys)
    }
    const works = this.#values.flatMap(({ keys, ...value }) => this.#worksOn(value, keys))
    return (await this.#canCount()) ? [...works, this.#counting()] : works
  }

  async remove(): Promise<void> {
    const keys = [...this.#values.flatMap(({ keys }) => keys), ...this.#counters]
    await storeCall(this.#cache, () => this.#cache.deleteMany(keys))
  }

  #worksOn({ name, value, batch }: BenchValue, keys: readonly string[]): Work[] {
    const [cache, timeout] = [this.#cache, this.#timeout]
    const keyAt = (index: number): string => keys[index % keys.length] as string
    const batchAt = (index: number): readonly string[] => {
      const start = (index * batch) % keys.length
      return keys.slice(start, start + batch)
    }
    const verify = (): Promise<void> => this.#assertAllThere(keys)
    return [
      { operation: "set", value: name, verify, call: (index) => cache.set(keyAt(index), value, timeout) },
      {
        operation: "get",
        value: name,
        async call(index) {
          if ((await cache.get(keyAt(index))) === undefined) throw new LostEntryError()
        },
      },
      {
        operation: `setMany(${batch})`,
        value: name,
        verify,
        async call(index) {
          await cache.setMany(
            batchAt(index).map((key) => [key, value] as const),
            timeout,
          )
        },
      },
      {
        operation: `getMany(${batch})`,
        value: name,
        async call(index) {
          if ((await cache.getMany(batchAt(index))).size < batch) throw new LostEntryError()
        },
      },
    ]
  }

  #counting(): Work {
    return {
      operation: "incr",
      value: "integer",
      call: async (index) => {
        await this.#cache.incr(this.#counters[index % COUNTERS] as string)
      },
    }
  }

  /** Whether the store and the options of this cache support `incr`. */
  async #canCount(): Promise<boolean> {
    const cache = this.#cache
    await storeCall(cache, () =>
      cache.setMany(
        this.#counters.map((key) => [key, 0] as const),
        this.#timeout,
      ),
    )
    try {
      await storeCall(cache, () => cache.incr(this.#counters[0] as string))
      return true
    } catch (error) {
      if (CacheError.is(error) && error.code === "LARDER_NOT_SUPPORTED") return false
      throw error
    }
  }

  async #assertAllThere(keys: readonly string[]): Promise<void> {
    if ((await storeCall(this.#cache, () => this.#cache.getMany(keys))).size < keys.length) throw new LostEntryError()
  }
}

import { RedisBackend } from "@larder/redis"
import { addressOf } from "@larder/services/address"
import { onTestFinished } from "vitest"

/** The entries of benchmarks in the Redis of a cache of `servers.config.mjs`. */
export class BenchEntries {
  readonly #backend = new RedisBackend({ url: addressOf("REDIS_URL") })
  readonly #prefix: string

  constructor(keyPrefix: string) {
    this.#prefix = `${keyPrefix}:1:larder-bench-`
    onTestFinished(() => this.#backend.close())
  }

  async count(): Promise<number> {
    let count = 0
    for await (const _ of this.#backend.keys(this.#prefix)) count += 1
    return count
  }

  /** Removes the entries of a killed run. */
  async remove(): Promise<void> {
    await this.#backend.clear(this.#prefix)
  }
}

import { RedisBackend } from "@larder/redis"
import { addressOf } from "@larder/services/address"
import { onTestFinished } from "vitest"

/** What benchmarks of a cache of `servers.config.mjs` have left in its Redis. */
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

  /** Removes those of a run that was killed. */
  async remove(): Promise<void> {
    await this.#backend.clear(this.#prefix)
  }
}

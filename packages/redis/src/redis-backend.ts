import type { Backend, BackendStats, Capabilities, Entry, Milliseconds } from "@larder/core"
import { connectionOf, type RedisBackendOptions } from "./backend-options.js"
import { type Argument, type Connection, type Reply, textOf } from "./connection.js"
import { deleteIfEqual, increment, persist, replaceIfEqual, setMany } from "./entry-scripts.js"
import { all, inBatches, unlinkMany, valuesOf } from "./key-batches.js"
import { keysOf, pagesOf } from "./key-scan.js"
import { statsOf, sumOf } from "./server-info.js"

/** More bytes of values go as single commands: a server keeps all of a script's arguments twice, and runs nothing beside it. */
const largestScript = 1024 * 1024

/**
 * Entries in Redis or Valkey: a single server, a cluster, or the master that sentinels name. Every operation on one
 * entry is one atomic step and one round trip.
 */
export class RedisBackend implements Backend {
  readonly name = "redis"
  readonly capabilities: Capabilities = {
    shared: true,
    // Whether a server keeps its data over a restart is its own setting; it outlives the processes that use it anyway.
    persistent: true,
    evicts: true,
    remote: true,
    ttlResolution: 1,
    maxValueBytes: 512 * 1024 * 1024,
  }
  readonly location?: string
  readonly #connection: Connection

  /** Connects at the first call. Throws a `TypeError` for options that make no sense. */
  constructor(options: RedisBackendOptions) {
    this.#connection = connectionOf(options)
    if (this.#connection.location !== undefined) this.location = this.#connection.location
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return hitOf(await this.#send(key, "GET"))
  }

  async set(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<void> {
    await this.#send(key, "SET", bytesOf(value), ...expiry(ttl))
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#send(key, "UNLINK")) === 1
  }

  async add(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    return (await this.#send(key, "SET", bytesOf(value), "NX", ...expiry(ttl))) !== null
  }

  async touch(key: string, ttl?: Milliseconds): Promise<boolean> {
    const touched =
      ttl === undefined ? await persist.run(this.#connection, [key]) : await this.#send(key, "PEXPIRE", String(ttl))
    return touched === 1
  }

  async incr(key: string, delta: number): Promise<number | undefined> {
    const reply = await increment.run(this.#connection, [key], String(delta))
    if (reply === null) return undefined
    const answer = textOf(reply)
    if (answer === "type") throw new TypeError("The entry is not a decimal integer")
    if (answer === "range") throw new RangeError(`The entry, or the entry plus ${delta}, is not a safe integer`)
    return Number(answer)
  }

  async deleteIfEqual(key: string, value: Uint8Array): Promise<boolean> {
    return (await deleteIfEqual.run(this.#connection, [key], bytesOf(value))) === 1
  }

  async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    const args = [bytesOf(expected), bytesOf(value), String(ttl ?? "")]
    return (await replaceIfEqual.run(this.#connection, [key], ...args)) === 1
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return (await valuesOf(this.#connection, keys)).map(hitOf)
  }

  async setMany(entries: readonly Entry[], ttl?: Milliseconds): Promise<void> {
    await inBatches(entries, async (batch) => {
      const bytes = batch.reduce((sum, { value }) => sum + value.byteLength, 0)
      if (this.#connection.isCluster || bytes > largestScript) {
        return all(batch.map(({ key, value }) => this.set(key, value, ttl)))
      }
      const values = batch.map(({ value }) => bytesOf(value))
      await setMany.run(
        this.#connection,
        batch.map(({ key }) => key),
        String(ttl ?? ""),
        ...values,
      )
      return []
    })
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    return unlinkMany(this.#connection, keys)
  }

  async clear(prefix: string): Promise<void> {
    const nodes = await this.#connection.masters()
    await all(
      nodes.map(async (node) => {
        for await (const keys of pagesOf(node, prefix)) await unlinkMany(this.#connection, keys)
      }),
    )
  }

  /** Empties the whole database, with what other caches and applications keep in it; of a cluster, every server. */
  async flush(): Promise<void> {
    await this.#sendToAll(["FLUSHDB", "ASYNC"])
  }

  keys(prefix: string): AsyncGenerator<string> {
    return keysOf(this.#connection, prefix)
  }

  async ttl(key: string): Promise<Milliseconds | null | undefined> {
    const left = Number(await this.#send(key, "PTTL"))
    if (left === -2) return undefined
    return left === -1 ? null : left
  }

  /** Entries of the database; all other figures are those of the whole server. Of a cluster, the sum of its masters. */
  async stats(): Promise<BackendStats> {
    return sumOf(await all((await this.#connection.masters()).map(statsOf)))
  }

  /** Resolves when the server answers; of a cluster, every master. */
  async ping(): Promise<void> {
    await this.#sendToAll(["PING"])
  }

  /** Waits for calls under way, a second at most, and closes the connection that this backend opened. */
  async close(): Promise<void> {
    await this.#connection.close()
  }

  #send(key: string, name: string, ...args: readonly Argument[]): Promise<Reply> {
    return this.#connection.send(key, [name, key, ...args])
  }

  async #sendToAll(command: readonly string[]): Promise<void> {
    await all((await this.#connection.masters()).map((node) => node.send(command)))
  }
}

function expiry(ttl: Milliseconds | undefined): readonly string[] {
  return ttl === undefined ? [] : ["PX", String(ttl)]
}

/** The same bytes, not a copy: a client writes them before it answers. */
function bytesOf(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}

function hitOf(reply: Reply): Uint8Array | undefined {
  return Buffer.isBuffer(reply) ? reply : undefined
}

import type { Backend, BackendStats, Capabilities, Entry, Finding, Milliseconds } from "@larder/core"
import { argumentOf } from "./argument.js"
import { connectionOf, type RedisBackendOptions } from "./backend-options.js"
import { countTogether, expiry, hitOf, readTogether, storeTogether, worthScript } from "./calls-together.js"
import { type Argument, type Connection, isOne, type RedisNode, type Reply } from "./connection.js"
import { diagnose, mergeFindings } from "./diagnosis/diagnose.js"
import { deleteIfEqual, persist, replaceIfEqual, setMany } from "./entry-scripts.js"
import { GatheredCalls, type SendTogether } from "./gathered-calls.js"
import { all, inBatches, unlinkMany, valuesOf } from "./key-batches.js"
import { keysOf, pagesOf } from "./key-scan.js"
import { isRefusal } from "./refusal.js"
import { statsOf, sumOf } from "./server-info.js"
import { Turn } from "./turn.js"

/** More bytes of values are sent as single commands: a server copies a script's arguments, and runs nothing else meanwhile. */
const largestScript = 1024 * 1024

/** A longer value is sent as a command of its own. */
const largestGathered = 4 * 1024

/**
 * Keeps entries in Redis or Valkey: a single server, a cluster, or a master behind Sentinel. Every operation on one entry
 * is atomic and takes one round trip.
 */
export class RedisBackend implements Backend {
  readonly name = "redis"
  readonly capabilities: Capabilities = {
    shared: true,
    // Entries outlive the processes that use the server; whether they survive its restart is a setting of the server.
    persistent: true,
    evicts: true,
    remote: true,
    ttlResolution: 1,
    maxValueBytes: 512 * 1024 * 1024,
  }
  readonly location?: string
  readonly #connection: Connection
  readonly #turn = new Turn()
  readonly #reads: GatheredCalls<Uint8Array | undefined>
  readonly #counts: GatheredCalls<number | undefined>
  #writes: GatheredCalls<undefined>
  #ttlOfWrites: Milliseconds | undefined

  /** Connects on the first call. Throws a `TypeError` for invalid options. */
  constructor(options: RedisBackendOptions) {
    this.#connection = connectionOf(options)
    if (this.#connection.location !== undefined) this.location = this.#connection.location
    this.#reads = this.#gathered(1, (calls) => readTogether(this.#connection, calls))
    this.#counts = this.#gathered(1, (calls) => countTogether(this.#connection, calls))
    this.#writes = this.#writesFor(undefined)
  }

  /** True for error replies of a server, except those that mean that it is unavailable. */
  isRefusal(error: unknown): boolean {
    return isRefusal(error)
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#reads.add(key, "")
  }

  set(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<void> {
    if (value.byteLength > largestGathered) {
      return this.#send(key, "SET", argumentOf(value), ...expiry(ttl)).then(() => undefined)
    }
    if (ttl !== this.#ttlOfWrites) {
      this.#ttlOfWrites = ttl
      this.#writes = this.#writesFor(ttl)
    }
    return this.#writes.add(key, argumentOf(value))
  }

  async delete(key: string): Promise<boolean> {
    return isOne(await this.#send(key, "UNLINK"))
  }

  async add(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    return (await this.#send(key, "SET", argumentOf(value), "NX", ...expiry(ttl))) !== null
  }

  async touch(key: string, ttl?: Milliseconds): Promise<boolean> {
    if (ttl !== undefined) return isOne(await this.#send(key, "PEXPIRE", String(ttl)))
    return isOne(await persist.run(this.#ordered(), [key]))
  }

  incr(key: string, delta: number): Promise<number | undefined> {
    return this.#counts.add(key, String(delta))
  }

  async deleteIfEqual(key: string, value: Uint8Array): Promise<boolean> {
    return isOne(await deleteIfEqual.run(this.#ordered(), [key], argumentOf(value)))
  }

  async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    const args = [argumentOf(expected), argumentOf(value), String(ttl ?? "")]
    return isOne(await replaceIfEqual.run(this.#ordered(), [key], ...args))
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return (await valuesOf(this.#ordered(), keys)).map(hitOf)
  }

  async setMany(entries: readonly Entry[], ttl?: Milliseconds): Promise<void> {
    const connection = this.#ordered()
    await inBatches(entries, async (batch) => {
      const bytes = batch.reduce((sum, { value }) => sum + value.byteLength, 0)
      if (connection.isCluster || bytes > largestScript) {
        return all(batch.map(({ key, value }) => connection.send(key, ["SET", key, argumentOf(value), ...expiry(ttl)])))
      }
      const [keys, values] = [batch.map(({ key }) => key), batch.map(({ value }) => argumentOf(value))]
      await setMany.run(connection, keys, String(ttl ?? ""), ...values)
      return []
    })
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    return unlinkMany(this.#ordered(), keys)
  }

  async clear(prefix: string): Promise<void> {
    const nodes = await this.#masters()
    await all(
      nodes.map(async (node) => {
        for await (const keys of pagesOf(node, prefix)) await unlinkMany(this.#connection, keys)
      }),
    )
  }

  /** Empties the whole database, including entries of other caches and applications; in a cluster, on every master. */
  async flush(): Promise<void> {
    await this.#sendToAll(["FLUSHDB", "ASYNC"])
  }

  keys(prefix: string): AsyncGenerator<string> {
    return keysOf(this.#ordered(), prefix)
  }

  async ttl(key: string): Promise<Milliseconds | null | undefined> {
    const left = Number(await this.#send(key, "PTTL"))
    if (left === -2) return undefined
    return left === -1 ? null : left
  }

  /** `entries` is for the database, all other figures for the whole server. For a cluster, the sum over its masters. */
  async stats(): Promise<BackendStats> {
    return sumOf(await all((await this.#masters()).map(statsOf)))
  }

  /** Resolves when the server responds; in a cluster, when every master does. */
  async ping(): Promise<void> {
    await this.#sendToAll(["PING"])
  }

  /**
   * Finds a server without a memory limit or with an eviction policy that lets it refuse writes, a replica, failing persistence,
   * a clock that is off. Sends `INFO` and `TIME`; in a cluster, to every master.
   */
  async diagnose(): Promise<readonly Finding[]> {
    return mergeFindings(await all((await this.#masters()).map(diagnose)))
  }

  /** Waits up to one second for pending calls, then closes the connection that this backend opened. */
  async close(): Promise<void> {
    await this.#ordered().close()
  }

  /** The connection, for a command that is not gathered: sends gathered calls first, which were made before it. */
  #ordered(): Connection {
    this.#turn.flush()
    return this.#connection
  }

  #send(key: string, name: string, ...args: readonly Argument[]): Promise<Reply> {
    return this.#ordered().send(key, [name, key, ...args])
  }

  #masters(): Promise<readonly RedisNode[]> {
    return this.#ordered().masters()
  }

  async #sendToAll(command: readonly string[]): Promise<void> {
    await all((await this.#masters()).map((node) => node.send(command)))
  }

  #writesFor(ttl: Milliseconds | undefined): GatheredCalls<undefined> {
    return this.#gathered(worthScript, (calls) => storeTogether(this.#connection, calls, ttl))
  }

  /** On a cluster, calls are not gathered: a command cannot have keys of several slots. */
  #gathered<Answer>(fewest: number, sendTogether: SendTogether<Answer>): GatheredCalls<Answer> {
    return new GatheredCalls(this.#turn, this.#connection.isCluster ? Number.POSITIVE_INFINITY : fewest, sendTogether)
  }
}

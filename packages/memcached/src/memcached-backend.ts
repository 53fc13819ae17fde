import type { Backend, BackendStats, Capabilities, Entry, Finding, Milliseconds } from "@larder/core"
import { type MemcachedBackendOptions, readOptions } from "./backend-options.js"
import { getValues, removeAll, storeAll } from "./batch-commands.js"
import { readForChange, repeatUntilAlone } from "./compare-and-swap.js"
import { Connection } from "./connection.js"
import { Counters } from "./counters.js"
import { diagnose } from "./diagnosis/diagnose.js"
import { exptimeOf, ttlOf, ttlResolution } from "./exptime.js"
import { isRefusal, MemcachedError } from "./memcached-error.js"
import { flushAll, getSecondsLeft, getValue, noop, remove, type StoreCondition, store, touch } from "./meta-commands.js"
import { Rendezvous } from "./rendezvous.js"
import type { Request } from "./request.js"
import { getStats, sumOfStats } from "./server-stats.js"
import { longestKey, wireKey } from "./wire-key.js"

/** Maximum number of keys per request; longer batches alternate with other requests. */
const longestBatch = 1000

/**
 * Keeps entries on Memcached servers, 1.6 or later. Each key is assigned to one server; while that is down, requests for
 * the key reject, and no other server stands in. Rejects with `MemcachedError`s.
 */
export class MemcachedBackend implements Backend {
  readonly name = "memcached"
  readonly capabilities: Capabilities
  readonly location: string
  readonly #connections: readonly Connection[]
  readonly #rendezvous: Rendezvous
  readonly #counters: Counters
  readonly #maxValueBytes: number

  /** Connects on the first call. Throws a `TypeError` for invalid options. */
  constructor(options: MemcachedBackendOptions) {
    const { servers, maxValueBytes, ...settings } = readOptions(options)
    const names = servers.map(({ name }) => name)
    this.location = `${settings.tls === undefined ? "memcached" : "memcacheds"}://${[...names].sort().join(",")}`
    this.capabilities = {
      shared: true,
      persistent: false,
      evicts: true,
      remote: true,
      ttlResolution,
      maxKeyBytes: longestKey,
      maxValueBytes,
      portableKeysOnly: true,
    }
    this.#maxValueBytes = maxValueBytes
    this.#rendezvous = new Rendezvous(names)
    this.#counters = new Counters(settings.maxPending)
    this.#connections = servers.map((server) => new Connection(server, settings))
  }

  /** True for errors with the code `SERVER`, `CONTENTION`, `NO_CAS` or `TOO_LARGE`. */
  isRefusal(error: unknown): boolean {
    return isRefusal(error)
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#at(key, (server, wire) => server.request(getValue(wire)))
  }

  async set(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<void> {
    await this.#store(key, value, ttl, "")
  }

  delete(key: string): Promise<boolean> {
    return this.#at(key, (server, wire) => server.request(remove(wire)))
  }

  add(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    return this.#store(key, value, ttl, "ME")
  }

  touch(key: string, ttl?: Milliseconds): Promise<boolean> {
    return this.#at(key, (server, wire) => server.request(touch(wire, exptimeOf(ttl, Date.now))))
  }

  incr(key: string, delta: number): Promise<number | undefined> {
    return this.#at(key, (server, wire) => this.#counters.add(server, wire, delta))
  }

  async deleteIfEqual(key: string, value: Uint8Array): Promise<boolean> {
    const wire = wireKey(key)
    return this.#changeIfEqual(wire, value, (token) => remove(wire, token))
  }

  async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    const entry = { key: wireKey(key), value }
    if (value.length > this.#maxValueBytes) throw this.#tooLarge(value)
    return this.#changeIfEqual(entry.key, expected, (token) => store(entry, exptimeOf(ttl, Date.now), `C${token}`))
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    const wires = keys.map(wireKey)
    const [first, ...others] = this.#connections
    // The usual case, one request, needs no grouping.
    if (first !== undefined && others.length === 0 && wires.length <= longestBatch)
      return first.request(getValues(wires))
    const values = new Array<Uint8Array | undefined>(wires.length).fill(undefined)
    const items = wires.map((key, position) => ({ key, position }))
    await this.#inBatches(items, async (server, batch) => {
      const found = await server.request(getValues(batch.map(({ key }) => key)))
      for (const [index, { position }] of batch.entries()) values[position] = found[index]
    })
    return values
  }

  async setMany(entries: readonly Entry[], ttl?: Milliseconds): Promise<void> {
    const exptime = exptimeOf(ttl, Date.now)
    const items = entries.map(({ key, value }) => ({ key: wireKey(key), value }))
    const tooLarge = items.filter(({ value }) => value.length > this.#maxValueBytes)
    const fitting = tooLarge.length === 0 ? items : items.filter(({ value }) => value.length <= this.#maxValueBytes)
    await this.#inBatches(fitting, (server, batch) => server.request(storeAll(batch, exptime)))
    for (const { key, value } of tooLarge) await this.#refuse(this.#serverOf(key), key, value)
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    let removed = 0
    const items = keys.map((key) => ({ key: wireKey(key) }))
    await this.#inBatches(items, async (server, batch) => {
      const count = await server.request(removeAll(batch.map(({ key }) => key)))
      removed += count
    })
    return removed
  }

  async ttl(key: string): Promise<Milliseconds | null | undefined> {
    const wire = wireKey(key)
    const seconds = await this.#serverOf(wire).request(getSecondsLeft(wire))
    if (seconds === undefined) return undefined
    return seconds === -1 ? null : ttlOf(seconds)
  }

  /** The sum over all servers, including entries of other applications. */
  async stats(): Promise<BackendStats> {
    return sumOfStats(await this.#everywhere((server) => server.request(getStats())))
  }

  /** Resolves when every server has responded. */
  async ping(): Promise<void> {
    await this.#everywhere((server) => server.request(noop()))
  }

  /**
   * Finds servers that take smaller values than `maxValueBytes`, that cannot make room or compare and swap, that evict much of
   * what they are given, and servers that differ.
   */
  async diagnose(): Promise<readonly Finding[]> {
    const servers = await this.#everywhere(async (server) => {
      const [stats, settings] = await Promise.all([server.request(getStats()), server.request(getStats(" settings"))])
      return { name: server.name, stats, settings }
    })
    return diagnose(servers, this.#maxValueBytes)
  }

  /** Empties all servers, including entries of other applications. */
  async flush(): Promise<void> {
    await this.#everywhere((server) => server.request(flushAll()))
  }

  /** Waits for pending requests, up to their timeout, then closes the connections. */
  async close(): Promise<void> {
    await this.#everywhere((server) => server.close())
  }

  /** Calls the server of the key, with the key as it is sent. Not async, which would cost another promise. */
  #at<Answer>(key: string, call: (server: Connection, wire: string) => Promise<Answer>): Promise<Answer> {
    try {
      const wire = wireKey(key)
      return call(this.#serverOf(wire), wire)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #store(key: string, value: Uint8Array, ttl: Milliseconds | undefined, condition: StoreCondition): Promise<boolean> {
    return this.#at(key, (server, wire) =>
      value.length > this.#maxValueBytes
        ? this.#refuse(server, wire, value, condition)
        : server.request(store({ key: wire, value }, exptimeOf(ttl, Date.now), condition)),
    )
  }

  /** Rejects. A `set` removes the old entry first, which would otherwise outlive its replacement. */
  async #refuse(server: Connection, wire: string, value: Uint8Array, condition: StoreCondition = ""): Promise<never> {
    if (condition === "") await server.request(remove(wire))
    throw this.#tooLarge(value)
  }

  #tooLarge({ length }: Uint8Array): MemcachedError {
    return new MemcachedError("TOO_LARGE", `A value of ${length} bytes is over maxValueBytes, ${this.#maxValueBytes}`)
  }

  /** Makes the change, which is conditional on a token, if the entry holds this value; otherwise false. */
  async #changeIfEqual(wire: string, value: Uint8Array, change: (token: string) => Request<boolean>): Promise<boolean> {
    const server = this.#serverOf(wire)
    const expected = Buffer.from(value)
    return repeatUntilAlone(async () => {
      const entry = await readForChange(server, wire)
      if (entry === undefined || !expected.equals(entry.value)) return false
      return (await server.request(change(entry.token))) || undefined
    })
  }

  #serverOf(wire: string): Connection {
    const position = this.#connections.length === 1 ? 0 : this.#rendezvous.choose(wire)
    return this.#connections[position] as Connection
  }

  /** Runs the task on the items of each server: one batch after the other on a server, all servers at once. */
  async #inBatches<Item extends { readonly key: string }>(
    items: readonly Item[],
    task: (server: Connection, batch: readonly Item[]) => Promise<void>,
  ): Promise<void> {
    const itemsOf = new Map<Connection, Item[]>()
    for (const item of items) {
      const server = this.#serverOf(item.key)
      const own = itemsOf.get(server)
      if (own === undefined) itemsOf.set(server, [item])
      else own.push(item)
    }
    await allSettled([...itemsOf], async ([server, own]) => {
      for (let start = 0; start < own.length; start += longestBatch) {
        await task(server, own.slice(start, start + longestBatch))
      }
    })
  }

  #everywhere<Answer>(task: (server: Connection) => Promise<Answer>): Promise<Answer[]> {
    return allSettled(this.#connections, task)
  }
}

/** Like `Promise.all`, but settles only when every promise has: then no buffer of the caller's is in use. */
async function allSettled<Item, Answer>(
  items: readonly Item[],
  task: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const outcomes = await Promise.allSettled(items.map(task))
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason
    return outcome.value
  })
}

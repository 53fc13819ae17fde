import { MapBackend, MapStore } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"

class HangingBackend extends MapBackend {
  #closed = false
  override async get(key: string) {
    await new Promise((resolve) => setImmediate(resolve))
    if (this.#closed) await new Promise(() => {})
    return super.get(key)
  }
  override async close() {
    this.#closed = true
  }
}

/** Defects of upkeep, races and lifecycle. */
export const workingMutants: readonly Mutant[] = [
  mutant(
    "prunes every entry with an expiry",
    ["prune.1"],
    class extends MapBackend {
      override async prune() {
        const mortal = [...this.store.entries].filter(([, { expiry }]) => expiry !== Number.POSITIVE_INFINITY)
        for (const [key] of mortal) this.store.entries.delete(key)
        return mortal.length
      }
    },
  ),
  mutant(
    "prune returns nothing",
    ["prune.1"],
    class extends MapBackend {
      override async prune() {
        await super.prune()
        return undefined as never
      }
    },
  ),
  mutant(
    "returns NaN for an unknown figure",
    ["stats.1"],
    class extends MapBackend {
      override async stats() {
        return { ...(await super.stats()), misses: Number.NaN }
      }
    },
  ),
  mutant(
    "counts no entries",
    ["stats.2"],
    class extends MapBackend {
      override async stats() {
        return { entries: 0 }
      }
    },
  ),
  mutant(
    "counts no hits",
    ["stats.3"],
    class extends MapBackend {
      override async stats() {
        return { ...(await super.stats()), hits: 7 }
      }
    },
  ),
  mutant(
    "ping returns a string",
    ["ping.1"],
    class extends MapBackend {
      override async ping() {
        return "PONG" as never
      }
    },
  ),
  mutant(
    "returns a sentence instead of findings",
    ["diagnose.1"],
    class extends MapBackend {
      override async diagnose() {
        return "There is no problem." as never
      }
    },
  ),
  mutant(
    "returns a finding with an unknown severity",
    ["diagnose.1"],
    class extends MapBackend {
      override async diagnose() {
        return (await super.diagnose()).map((finding) => ({ ...finding, severity: "fatal" as never }))
      }
    },
  ),
  mutant(
    "returns a finding without advice",
    ["diagnose.1"],
    class extends MapBackend {
      override async diagnose() {
        return (await super.diagnose()).map((finding) => ({ ...finding, advice: "" }))
      }
    },
  ),
  mutant(
    "empties the store as a test",
    ["diagnose.2"],
    class extends MapBackend {
      override async diagnose() {
        this.store.entries.clear()
        return super.diagnose()
      }
    },
  ),
  mutant(
    "reads an expired entry, waits and deletes its replacement",
    ["races.7", "races.8"],
    class extends MapBackend {
      override async get(key: string) {
        if (this.store.entries.has(key) && this.find(key) === undefined) {
          await undefined
          this.store.entries.delete(key)
          return undefined
        }
        return super.get(key)
      }
    },
  ),
  mutant(
    "prunes by an old list of keys",
    ["prune.2"],
    class extends MapBackend {
      override async prune() {
        const expired = [...this.store.entries.keys()].filter((key) => this.find(key) === undefined)
        for (const key of expired) {
          await undefined
          this.store.entries.delete(key)
        }
        return expired.length
      }
    },
  ),
  mutant(
    "checks, waits and deletes",
    ["races.9"],
    class extends MapBackend {
      override async delete(key: string) {
        const live = this.find(key) !== undefined
        await undefined
        this.store.entries.delete(key)
        return live
      }
    },
  ),
  mutant(
    "writes long values in two steps",
    ["races.13"],
    class extends MapBackend {
      override async set(key: string, value: Uint8Array, ttl?: number) {
        if (value.length > 1000) {
          const half = Uint8Array.from(this.find(key)?.value ?? value)
          half.set(value.subarray(0, Math.min(half.length, 500)))
          this.put(key, half, this.end(ttl))
          await new Promise((resolve) => setImmediate(resolve))
        }
        await super.set(key, value, ttl)
      }
    },
  ),
  mutant(
    "loses writes before it has connected",
    ["lifecycle.1"],
    class extends MapBackend {
      #state: "new" | "connecting" | "ready" = "new"
      override async set(key: string, value: Uint8Array, ttl?: number) {
        if (this.#state === "connecting") return
        this.#state = this.#state === "new" ? "connecting" : "ready"
        await undefined
        this.#state = "ready"
        await super.set(key, value, ttl)
      }
    },
  ),
  mutant(
    "fails at the second close",
    ["lifecycle.3"],
    class extends MapBackend {
      #closed = false
      override async close() {
        if (this.#closed) throw new Error("The client is closed")
        this.#closed = true
      }
    },
  ),
  mutant(
    "close returns the client's reply",
    ["lifecycle.2", "lifecycle.3"],
    class extends MapBackend {
      override async close() {
        return "OK" as never
      }
    },
  ),
  mutant(
    "empties the store when a handle closes",
    ["lifecycle.4"],
    class extends MapBackend {
      override async close() {
        this.store.entries.clear()
      }
    },
  ),
  {
    defect: "has a store for each handle, and declares that it is shared",
    breaks: [
      "sync.3",
      "handles.1",
      "handles.2",
      "races.2",
      "races.4",
      "races.5",
      "races.6",
      "races.9",
      "races.10",
      "races.11",
      "races.12",
      "races.13",
      "races.15",
      "races.16",
      "races.17",
      "races.18",
      "lifecycle.4",
    ],
    create: (store) => {
      const own = new MapStore()
      Object.defineProperty(own, "now", { get: () => store.now })
      return new MapBackend(own)
    },
  },
  {
    defect: "never settles calls that are pending at close",
    breaks: ["errors.4", "lifecycle.5"],
    deadline: 1000,
    create: (store) => new HangingBackend(store),
  },
  mutant(
    "prune counts the entries that it keeps",
    ["prune.1"],
    class extends MapBackend {
      override async prune() {
        const { size } = this.store.entries
        await super.prune()
        return size
      }
    },
  ),
  mutant(
    "caches misses in each handle",
    ["handles.1", "races.7"],
    class extends MapBackend {
      readonly #missed = new Set<string>()
      override put(key: string, value: Uint8Array, expiry: number) {
        this.#missed.delete(key)
        super.put(key, value, expiry)
      }
      override async get(key: string) {
        if (this.#missed.has(key)) return undefined
        const held = await super.get(key)
        if (held === undefined) this.#missed.add(key)
        return held
      }
    },
  ),
  mutant(
    "caches cleared keys in each handle",
    ["sync.3", "handles.2"],
    class extends MapBackend {
      readonly #cleared: string[] = []
      readonly #since = new Set<string>()
      override async clear(prefix: string) {
        this.#cleared.push(prefix)
        for (const key of this.#since) if (key.startsWith(prefix)) this.#since.delete(key)
      }
      override put(key: string, value: Uint8Array, expiry: number) {
        this.#since.add(key)
        super.put(key, value, expiry)
      }
      override find(key: string) {
        const isCleared = !this.#since.has(key) && this.#cleared.some((prefix) => key.startsWith(prefix))
        return isCleared ? undefined : super.find(key)
      }
    },
  ),
  mutant(
    "keeps the process alive with a timer for each ttl",
    ["lifecycle.6"],
    class extends MapBackend {
      override async set(key: string, value: Uint8Array, ttl?: number) {
        await super.set(key, value, ttl)
        if (ttl !== undefined) setTimeout(() => void this.find(key), Math.min(ttl, 10_000))
      }
    },
  ),
  mutant(
    "listens for the exit of the process in every handle",
    ["lifecycle.7"],
    class extends MapBackend {
      constructor(store?: MapStore) {
        super(store)
        // A different event each time, because Node would warn of the leak.
        process.on(Symbol("end"), () => {})
      }
    },
  ),
]

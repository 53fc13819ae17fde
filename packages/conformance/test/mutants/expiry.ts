import { MapBackend, mapCapabilities } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"

const day = 86_400_000

/** Defects of expiry, touch and ttl. */
export const expiryMutants: readonly Mutant[] = [
  mutant(
    "ignores every ttl",
    [
      "set.5",
      "delete.4",
      "expiry.1",
      "expiry.2",
      "expiry.6",
      "expiry.7",
      "add.3",
      "add.4",
      "add.5",
      "touch.3",
      "touch.5",
      "incr.4",
      "incr.5",
      "equal.4",
      "equal.6",
      "replace.3",
      "replace.5",
      "replace.7",
      "replace.8",
      "batch.3",
      "batch.5",
      "batch.8",
      "sync.2",
      "iterate.3",
      "ttl.1",
      "ttl.4",
      "ttl.5",
      "ttl.6",
      "prune.1",
      "races.5",
    ],
    class extends MapBackend {
      override end() {
        return Number.POSITIVE_INFINITY
      }
      override async ttl(key: string) {
        return this.find(key) === undefined ? undefined : null
      }
    },
  ),
  mutant(
    "claims milliseconds and rounds up to seconds",
    [
      "set.5",
      "delete.4",
      "expiry.1",
      "expiry.2",
      "expiry.7",
      "add.3",
      "add.4",
      "add.5",
      "touch.3",
      "touch.5",
      "incr.4",
      "incr.5",
      "equal.4",
      "equal.6",
      "replace.3",
      "replace.5",
      "replace.7",
      "replace.8",
      "batch.3",
      "batch.5",
      "batch.8",
      "sync.2",
      "iterate.3",
      "ttl.1",
      "ttl.4",
      "prune.1",
      "races.5",
    ],
    class extends MapBackend {
      override end(ttl?: number) {
        return super.end(ttl === undefined ? undefined : Math.ceil(ttl / 1000) * 1000)
      }
    },
  ),
  mutant(
    "never expires entries with a ttl of a few milliseconds",
    ["expiry.2"],
    class extends MapBackend {
      override end(ttl?: number) {
        return super.end(ttl === undefined || ttl < 10 ? undefined : ttl)
      }
    },
  ),
  mutant(
    "expires entries a tenth too early",
    ["expiry.6", "ttl.1", "ttl.6"],
    class extends MapBackend {
      override end(ttl?: number) {
        return super.end(ttl === undefined ? undefined : Math.ceil(ttl * 0.9))
      }
    },
  ),
  mutant(
    "rounds down to seconds",
    ["expiry.3"],
    class extends MapBackend {
      override end(ttl?: number) {
        return super.end(ttl === undefined || ttl < 1000 ? ttl : Math.floor(ttl / 1000) * 1000)
      }
    },
  ),
  mutant(
    "counts whole seconds from the start of the current second",
    ["expiry.3"],
    class extends MapBackend {
      override readonly capabilities = { ...mapCapabilities, ttlResolution: 1000 }
      override end(ttl?: number) {
        const end = super.end(ttl === undefined ? undefined : Math.ceil(ttl / 1000) * 1000)
        return Math.floor(end / 1000) * 1000
      }
    },
  ),
  mutant(
    "expires entries without a ttl after a day",
    ["expiry.4", "ttl.2", "ttl.6"],
    class extends MapBackend {
      override end(ttl?: number) {
        return super.end(ttl ?? day)
      }
    },
  ),
  mutant(
    "treats a ttl over 30 days as a time in 1970",
    ["expiry.5", "expiry.6"],
    class extends MapBackend {
      override end(ttl?: number) {
        return ttl !== undefined && ttl > 30 * day ? 0 : super.end(ttl)
      }
    },
  ),
  mutant(
    "treats a ttl over 32 bits as one millisecond, like a timer",
    ["expiry.5", "expiry.6"],
    class extends MapBackend {
      override end(ttl?: number) {
        return super.end(ttl !== undefined && ttl >= 2 ** 31 ? 1 : ttl)
      }
    },
  ),
  mutant(
    "touch treats a ttl over 30 days as a time in 1970",
    ["expiry.5", "expiry.6"],
    class extends MapBackend {
      override async touch(key: string, ttl?: number) {
        return super.touch(key, ttl !== undefined && ttl > 30 * day ? 1 : ttl)
      }
    },
  ),
  mutant(
    "add rounds a millisecond down to never",
    ["expiry.2"],
    class extends MapBackend {
      override add(key: string, value: Uint8Array, ttl?: number) {
        return super.add(key, value, ttl === 1 ? undefined : ttl)
      }
    },
  ),
  mutant(
    "extends the ttl on each read",
    ["expiry.6", "expiry.7"],
    class extends MapBackend {
      readonly #ttls = new Map<string, number | undefined>()
      override async set(key: string, value: Uint8Array, ttl?: number) {
        this.#ttls.set(key, ttl)
        await super.set(key, value, ttl)
      }
      override async get(key: string) {
        const [entry, ttl] = [this.find(key), this.#ttls.get(key)]
        if (entry !== undefined && ttl !== undefined) this.put(key, entry.value, this.end(ttl))
        return super.get(key)
      }
    },
  ),
  mutant(
    "does not store a key again after its entry has expired",
    ["expiry.8", "prune.2", "races.7", "races.8"],
    class extends MapBackend {
      override async set(key: string, value: Uint8Array, ttl?: number) {
        const corpse = this.store.entries.has(key) && this.find(key) === undefined
        if (!corpse) await super.set(key, value, ttl)
      }
    },
  ),
  mutant(
    "touch revives an expired entry",
    ["touch.5"],
    class extends MapBackend {
      override async touch(key: string, ttl?: number) {
        const entry = this.store.entries.get(key)
        if (entry !== undefined) this.put(key, entry.value, this.end(ttl))
        return entry !== undefined
      }
    },
  ),
  mutant(
    "touch creates a missing entry",
    ["touch.2", "touch.5", "races.11"],
    class extends MapBackend {
      override async touch(key: string, ttl?: number) {
        if (this.find(key) === undefined) this.put(key, new Uint8Array(0), this.end(ttl))
        return super.touch(key, ttl)
      }
    },
  ),
  mutant(
    "touch returns true without an entry",
    ["touch.2", "touch.5"],
    class extends MapBackend {
      override async touch(key: string, ttl?: number) {
        await super.touch(key, ttl)
        return true
      }
    },
  ),
  mutant(
    "touch loses the value",
    ["expiry.3", "expiry.4", "expiry.5", "expiry.6", "touch.1", "touch.3", "touch.4", "races.7", "races.8", "races.11"],
    class extends MapBackend {
      override async touch(key: string, ttl?: number) {
        const touched = await super.touch(key, ttl)
        if (touched) this.put(key, new Uint8Array(0), this.end(ttl))
        return touched
      }
    },
  ),
  mutant(
    "touch never shortens a ttl",
    ["expiry.2", "expiry.6", "touch.3", "ttl.6"],
    class extends MapBackend {
      override async touch(key: string, ttl?: number) {
        const entry = this.find(key)
        if (entry !== undefined) this.put(key, entry.value, Math.max(entry.expiry, this.end(ttl)))
        return entry !== undefined
      }
    },
  ),
  mutant(
    "touch without a ttl does not change the expiry",
    ["expiry.4", "touch.4", "ttl.6"],
    class extends MapBackend {
      override async touch(key: string, ttl?: number) {
        return ttl === undefined ? this.find(key) !== undefined : super.touch(key, ttl)
      }
    },
  ),
  mutant(
    "touch reads, waits and writes the value back",
    ["races.11"],
    class extends MapBackend {
      override async touch(key: string, ttl?: number) {
        const entry = this.find(key)
        if (entry === undefined) return false
        await undefined
        this.put(key, entry.value, this.end(ttl))
        return true
      }
    },
  ),
  mutant(
    "ttl returns seconds",
    ["ttl.1", "ttl.6"],
    class extends MapBackend {
      override async ttl(key: string) {
        const left = await super.ttl(key)
        return left == null ? left : left / 1000
      }
    },
  ),
  mutant(
    "ttl returns -1 for never",
    ["ttl.2", "ttl.6"],
    class extends MapBackend {
      override async ttl(key: string) {
        const left = await super.ttl(key)
        return left === null ? -1 : left
      }
    },
  ),
  mutant(
    "ttl returns null without an entry",
    ["ttl.3", "ttl.4"],
    class extends MapBackend {
      override async ttl(key: string) {
        return (await super.ttl(key)) ?? null
      }
    },
  ),
  mutant(
    "ttl returns the negative rest of an expired entry",
    ["ttl.4"],
    class extends MapBackend {
      override async ttl(key: string) {
        const entry = this.store.entries.get(key)
        if (entry === undefined) return undefined
        return entry.expiry === Number.POSITIVE_INFINITY ? null : entry.expiry - this.store.now
      }
    },
  ),
  mutant(
    "ttl returns the original ttl",
    ["ttl.5", "ttl.6"],
    class extends MapBackend {
      readonly #given = new Map<string, number | undefined>()
      override async set(key: string, value: Uint8Array, ttl?: number) {
        this.#given.set(key, ttl)
        await super.set(key, value, ttl)
      }
      override async ttl(key: string) {
        return this.find(key) === undefined ? undefined : (this.#given.get(key) ?? null)
      }
    },
  ),
  mutant(
    "ttl ignores every method except set",
    ["ttl.6"],
    class extends MapBackend {
      readonly #ends = new Map<string, number>()
      override async set(key: string, value: Uint8Array, ttl?: number) {
        this.#ends.set(key, this.end(ttl))
        await super.set(key, value, ttl)
      }
      override async ttl(key: string) {
        const end = this.#ends.get(key) ?? Number.POSITIVE_INFINITY
        if (this.find(key) === undefined) return undefined
        return end === Number.POSITIVE_INFINITY ? null : end - this.store.now
      }
    },
  ),
]

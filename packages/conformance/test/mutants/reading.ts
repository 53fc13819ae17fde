import { MapBackend, type MapStore, mapCapabilities } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"

/** Deletes the first entry of the same clause with another key. */
function dropFirst(store: MapStore, key: string): void {
  const [prefix] = key.split(":")
  const first = [...store.entries.keys()].find((other) => other !== key && other.startsWith(`${prefix}:`))
  if (first !== undefined) store.entries.delete(first)
}

/** Defects of get, set and delete, and of the shape of a backend. */
export const readingMutants: readonly Mutant[] = [
  mutant(
    "has no name",
    ["shape.1"],
    class extends MapBackend {
      override readonly name = ""
    },
  ),
  mutant(
    "claims a resolution of zero",
    ["shape.1"],
    class extends MapBackend {
      override readonly capabilities = { ...mapCapabilities, ttlResolution: 0 }
    },
  ),
  mutant(
    "declares that it is not remote, instead of nothing",
    ["shape.1"],
    class extends MapBackend {
      override readonly capabilities = { ...mapCapabilities, remote: false as never }
    },
  ),
  {
    defect: "has a flag instead of a method",
    breaks: ["shape.2", "shape.3", "ping.1"],
    create: (store) => Object.assign(new MapBackend(store), { ping: true as never }),
  },
  mutant(
    "counts anything as a refusal of its store",
    ["shape.4"],
    class extends MapBackend {
      override isRefusal() {
        return true
      }
    },
  ),
  mutant(
    "throws synchronously",
    ["shape.3"],
    class extends MapBackend {
      override incr(key: string, delta: number) {
        const held = this.store.entries.get(key)
        if (held !== undefined && !/^-?\d+$/.test(String.fromCharCode(...held.value))) throw new TypeError("no integer")
        return super.incr(key, delta)
      }
    },
  ),
  mutant(
    "returns a value instead of a promise",
    ["shape.3"],
    class extends MapBackend {
      override ping(): never {
        return undefined as never
      }
    },
  ),
  mutant(
    "returns null for a miss",
    ["get.1"],
    class extends MapBackend {
      override async get(key: string) {
        return (await super.get(key)) ?? (null as never)
      }
      override async getMany(keys: readonly string[]) {
        return Promise.all(keys.map((key) => super.get(key)))
      }
    },
  ),
  mutant(
    "deletes entries on read",
    [
      "get.2",
      "get.3",
      "expiry.3",
      "incr.1",
      "incr.2",
      "incr.6",
      "equal.2",
      "equal.5",
      "replace.2",
      "batch.1",
      "batch.4",
      "batch.12",
      "bytes.1",
      "bytes.7",
      "bytes.8",
      "keys.1",
      "keys.2",
      "keys.3",
      "keys.4",
      "keys.5",
      "keys.6",
      "keys.7",
      "keys.8",
      "keys.9",
      "keys.10",
      "keys.11",
      "races.7",
      "races.8",
      "races.13",
      "races.18",
      "races.19",
      "lifecycle.4",
    ],
    class extends MapBackend {
      override async get(key: string) {
        const held = await super.get(key)
        this.store.entries.delete(key)
        return held
      }
    },
  ),
  mutant(
    "set returns true",
    ["set.1"],
    class extends MapBackend {
      override async set(key: string, value: Uint8Array, ttl?: number) {
        await super.set(key, value, ttl)
        return true as never
      }
    },
  ),
  mutant(
    "keeps the end of a longer value",
    ["set.2", "batch.4", "batch.6", "bytes.2"],
    class extends MapBackend {
      override async set(key: string, value: Uint8Array, ttl?: number) {
        const merged = new Uint8Array(Math.max(value.length, this.find(key)?.value.length ?? 0))
        merged.set(this.find(key)?.value ?? [])
        merged.set(value)
        await super.set(key, merged, ttl)
      }
    },
  ),
  mutant(
    "set without a ttl keeps the old expiry",
    ["set.4", "batch.6", "ttl.6"],
    class extends MapBackend {
      override async set(key: string, value: Uint8Array, ttl?: number) {
        this.put(key, value, ttl === undefined ? (this.find(key)?.expiry ?? this.end(ttl)) : this.end(ttl))
      }
    },
  ),
  mutant(
    "set never shortens a ttl",
    ["set.5", "batch.5"],
    class extends MapBackend {
      override async set(key: string, value: Uint8Array, ttl?: number) {
        const old = this.find(key)?.expiry ?? 0
        this.put(key, value, ttl === undefined ? this.end(ttl) : Math.max(old, this.end(ttl)))
      }
    },
  ),
  mutant(
    "truncates a value over its limit",
    ["set.6", "batch.13"],
    class extends MapBackend {
      override readonly capabilities = { ...mapCapabilities, maxValueBytes: 100_000 }
      override async set(key: string, value: Uint8Array, ttl?: number) {
        await super.set(key, value.subarray(0, 100_000), ttl)
      }
    },
  ),
  mutant(
    "delete returns true without an entry",
    ["delete.2", "delete.4", "races.9"],
    class extends MapBackend {
      override async delete(key: string) {
        await super.delete(key)
        return true
      }
      override async deleteMany(keys: readonly string[]) {
        return (await Promise.all(keys.map((key) => super.delete(key)))).filter(Boolean).length
      }
    },
  ),
  mutant(
    "deletes another entry when it overwrites one",
    [
      "set.3",
      "set.5",
      "bytes.7",
      "clear.3",
      "clear.4",
      "iterate.1",
      "races.6",
      "races.10",
      "races.11",
      "races.12",
      "races.16",
      "races.17",
      "races.18",
    ],
    class extends MapBackend {
      override async set(key: string, value: Uint8Array, ttl?: number) {
        if (this.find(key) !== undefined) dropFirst(this.store, key)
        await super.set(key, value, ttl)
      }
    },
  ),
  mutant(
    "deletes another entry when it deletes one",
    [
      "delete.3",
      "expiry.9",
      "batch.7",
      "batch.12",
      "keys.1",
      "keys.2",
      "keys.3",
      "keys.4",
      "keys.5",
      "keys.6",
      "keys.7",
      "keys.8",
      "keys.9",
      "keys.10",
      "keys.11",
      "iterate.5",
      "races.11",
      "races.12",
      "races.16",
      "races.18",
    ],
    class extends MapBackend {
      override async delete(key: string) {
        const live = await super.delete(key)
        if (live) dropFirst(this.store, key)
        return live
      }
    },
  ),
  mutant(
    "delete returns a number",
    ["delete.1", "delete.2", "delete.4"],
    class extends MapBackend {
      override async delete(key: string) {
        return Number(await super.delete(key)) as never
      }
    },
  ),
  mutant(
    "delete returns true for an expired entry",
    ["delete.4", "batch.8"],
    class extends MapBackend {
      override async delete(key: string) {
        return this.store.entries.delete(key)
      }
    },
  ),
  mutant(
    "getSync returns its first result again",
    ["sync.1", "sync.3"],
    class extends MapBackend {
      readonly #answered = new Map<string, Uint8Array>()
      override getSync(key: string) {
        const answer = this.#answered.get(key) ?? super.getSync(key)
        if (answer !== undefined) this.#answered.set(key, answer)
        return answer && Uint8Array.from(answer)
      }
    },
  ),
  mutant(
    "getSync ignores the expiry",
    ["sync.2"],
    class extends MapBackend {
      override getSync(key: string) {
        const entry = this.store.entries.get(key)
        return entry && Uint8Array.from(entry.value)
      }
    },
  ),
  mutant(
    "getSync does not see entries of other handles",
    ["sync.3"],
    class extends MapBackend {
      readonly #mine = new Set<string>()
      override async set(key: string, value: Uint8Array, ttl?: number) {
        this.#mine.add(key)
        await super.set(key, value, ttl)
      }
      override getSync(key: string) {
        return this.#mine.has(key) ? super.getSync(key) : undefined
      }
    },
  ),
  mutant(
    "getSync returns the stored bytes themselves",
    ["sync.4"],
    class extends MapBackend {
      override getSync(key: string) {
        return this.find(key)?.value
      }
    },
  ),
  mutant(
    "getSync has a copy that incr and clear do not change",
    ["sync.1", "sync.3"],
    class extends MapBackend {
      readonly #copies = new Map<string, Uint8Array>()
      override put(key: string, value: Uint8Array, expiry: number) {
        if (this.find(key)?.expiry !== expiry) this.#copies.delete(key)
        super.put(key, value, expiry)
      }
      override getSync(key: string) {
        const copy = this.#copies.get(key) ?? super.getSync(key)
        if (copy !== undefined) this.#copies.set(key, copy)
        return this.find(key) && copy && Uint8Array.from(copy)
      }
    },
  ),
]

import type { Entry } from "@larder/core"
import { MapBackend, type MapStore } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"

/** Whether a cache keeps a token for tags, a gate or a namespace under this key. */
function isToken(key: string, kind: "tags" | "gate" | "namespaces"): boolean {
  return key.includes(`:~:${kind[0]}`)
}

/** Answers with the first token of a kind for ever, as if a process never heard of a newer one. */
function keepingTheFirst(kind: "tags" | "gate" | "namespaces"): typeof MapBackend {
  return class extends MapBackend {
    override async set(key: string, value: Uint8Array, ttl?: number) {
      if (!isToken(key, kind) || this.find(key) === undefined) await super.set(key, value, ttl)
    }
  }
}

/** Keeps all tokens of a kind in one place. */
function takingAllForOne(kind: "tags" | "namespaces"): typeof MapBackend {
  const merged = (key: string): string => (isToken(key, kind) ? key.slice(0, key.indexOf(":~:") + 4) : key)
  return class extends MapBackend {
    override find(key: string) {
      return super.find(merged(key))
    }
    override put(key: string, value: Uint8Array, expiry: number) {
      super.put(merged(key), value, expiry)
    }
  }
}

/** A store that answers by promises alone, so that tokens are asked for in batches. */
class PromisingMapBackend extends MapBackend {
  constructor(store: MapStore) {
    super(store)
    Object.defineProperty(this, "getSync", { value: undefined })
  }
}

/** Broken where tags and namespaces show it. */
export const tokenMutants: readonly Mutant[] = [
  mutant(
    "keeps the first of what a tag stands for",
    [
      "cache.tags.1",
      "cache.tags.2",
      "cache.tags.3",
      "cache.tags.5",
      "cache.tags.6",
      "cache.tags.7",
      "cache.tags.8",
      "cache.tags.9",
      "cache.tags.10",
      "cache.tags.11",
      "cache.namespaces.3",
      "cache.namespaces.4",
    ],
    keepingTheFirst("tags"),
  ),
  mutant("keeps the first of what tells of invalidations", ["cache.tags.10", "cache.tags.11"], keepingTheFirst("gate")),
  mutant(
    "keeps the first of what a namespace stands for",
    ["cache.namespaces.2", "cache.namespaces.3", "cache.namespaces.5"],
    keepingTheFirst("namespaces"),
  ),
  mutant(
    "takes all tags for one",
    ["cache.tags.1", "cache.tags.2", "cache.tags.4", "cache.namespaces.4"],
    takingAllForOne("tags"),
  ),
  mutant("takes all namespaces for one", ["cache.namespaces.1", "cache.namespaces.2"], takingAllForOne("namespaces")),
  mutant(
    "does not drop what a tag stands for",
    ["cache.tags.4"],
    class extends MapBackend {
      override async delete(key: string) {
        return isToken(key, "tags") || super.delete(key)
      }
    },
  ),
  mutant(
    "reads 32 keys at once, and takes the others for misses",
    ["cache.tags.3"],
    class extends PromisingMapBackend {
      override async getMany(keys: readonly string[]) {
        const found = await super.getMany(keys.slice(0, 32))
        return keys.map((_, index) => found[index])
      }
    },
  ),
  mutant(
    "reads again with getMany what it has read so",
    ["cache.tags.1", "cache.tags.2", "cache.tags.3", "cache.tags.4", "cache.tags.9"],
    class extends PromisingMapBackend {
      readonly #read = new Map<string, Promise<Uint8Array | undefined>>()
      override getMany(keys: readonly string[]) {
        for (const key of keys) if (isToken(key, "tags") && !this.#read.has(key)) this.#read.set(key, this.get(key))
        return Promise.all(keys.map((key) => this.#read.get(key) ?? this.get(key)))
      }
    },
  ),
  mutant(
    "spares what is in namespaces when it clears",
    ["cache.clear.2"],
    class extends MapBackend {
      override async clear(prefix: string) {
        for (const key of this.store.entries.keys())
          if (key.startsWith(prefix) && !key.includes(":~")) this.store.entries.delete(key)
      }
    },
  ),
  mutant(
    "takes a longer prefix for the same when it clears",
    ["cache.clear.1", "cache.clear.2"],
    class extends MapBackend {
      override clear(prefix: string) {
        return super.clear(prefix.replace(/:$/, ""))
      }
    },
  ),
  mutant(
    "loses what a batch writes beside the first",
    [
      "cache.values.4",
      "cache.many.1",
      "cache.many.2",
      "cache.keys.3",
      "cache.versions.1",
      "cache.timeouts.1",
      "cache.tags.1",
      "cache.namespaces.3",
    ],
    class extends MapBackend {
      override async setMany(entries: readonly Entry[], ttl?: number) {
        await super.setMany(entries.slice(0, 1), ttl)
      }
    },
  ),
]

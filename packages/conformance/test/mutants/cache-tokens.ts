import type { Entry } from "@larder/core"
import { MapBackend, type MapStore } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"

/** Whether a cache stores a token for tags, a gate or a namespace under this key. */
function isToken(key: string, kind: "tags" | "gate" | "namespaces"): boolean {
  return key.includes(`:~:${kind[0]}`)
}

/** Always returns the first token of a kind, like a process that never sees a newer one. */
function keepingTheFirst(kind: "tags" | "gate" | "namespaces"): typeof MapBackend {
  return class extends MapBackend {
    override async set(key: string, value: Uint8Array, ttl?: number) {
      if (!isToken(key, kind) || this.find(key) === undefined) await super.set(key, value, ttl)
    }
  }
}

/** Stores all tokens of a kind under one key. */
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

/** A store without synchronous reads, so that tokens are read in batches. */
class PromisingMapBackend extends MapBackend {
  constructor(store: MapStore) {
    super(store)
    Object.defineProperty(this, "getSync", { value: undefined })
  }
}

/** Defects that affect tags and namespaces. */
export const tokenMutants: readonly Mutant[] = [
  mutant(
    "always returns the first token of a tag",
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
  mutant("always returns the first token of the gate", ["cache.tags.10", "cache.tags.11"], keepingTheFirst("gate")),
  mutant(
    "always returns the first token of a namespace",
    ["cache.namespaces.2", "cache.namespaces.3", "cache.namespaces.5"],
    keepingTheFirst("namespaces"),
  ),
  mutant(
    "stores the tokens of all tags under one key",
    ["cache.tags.1", "cache.tags.2", "cache.tags.4", "cache.namespaces.4"],
    takingAllForOne("tags"),
  ),
  mutant(
    "stores the tokens of all namespaces under one key",
    ["cache.namespaces.1", "cache.namespaces.2"],
    takingAllForOne("namespaces"),
  ),
  mutant(
    "does not delete the token of a tag",
    ["cache.tags.4"],
    class extends MapBackend {
      override async delete(key: string) {
        return isToken(key, "tags") || super.delete(key)
      }
    },
  ),
  mutant(
    "getMany reads 32 keys, and misses the others",
    ["cache.tags.3"],
    class extends PromisingMapBackend {
      override async getMany(keys: readonly string[]) {
        const found = await super.getMany(keys.slice(0, 32))
        return keys.map((_, index) => found[index])
      }
    },
  ),
  mutant(
    "getMany returns the results of its first read again",
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
    "clear keeps entries in namespaces",
    ["cache.clear.2"],
    class extends MapBackend {
      override async clear(prefix: string) {
        for (const key of this.store.entries.keys())
          if (key.startsWith(prefix) && !key.includes(":~")) this.store.entries.delete(key)
      }
    },
  ),
  mutant(
    "clear ignores a colon at the end of the prefix",
    ["cache.clear.1", "cache.clear.2"],
    class extends MapBackend {
      override clear(prefix: string) {
        return super.clear(prefix.replace(/:$/, ""))
      }
    },
  ),
  mutant(
    "setMany stores only the first entry",
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

import { posix } from "node:path"
import { MapBackend, type MapEntry, type MapStore } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"
import { matching } from "./prefixes.js"

/** A backend that changes keys before it uses them. */
function rekeyed(rekey: (key: string) => string): new (store: MapStore) => MapBackend {
  return class extends MapBackend {
    override find(key: string): MapEntry | undefined {
      return super.find(rekey(key))
    }
    override put(key: string, value: Uint8Array, expiry: number): void {
      super.put(rekey(key), value, expiry)
    }
    override delete(key: string): Promise<boolean> {
      return super.delete(rekey(key))
    }
  }
}

function globMatches(prefix: string, key: string): boolean {
  const escaped = prefix
    .replace(/[.+^${}()|]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".")
  try {
    return new RegExp(`^${escaped}`, "s").test(key)
  } catch {
    return false
  }
}

function likeMatches(prefix: string, key: string): boolean {
  const escaped = prefix
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(/%/g, ".*")
    .replace(/_/g, ".")
  return new RegExp(`^${escaped}`, "s").test(key)
}

/** Defects of keys, clear and keys(). */
export const keyMutants: readonly Mutant[] = [
  mutant(
    "lower-cases keys",
    ["get.3", "batch.12", "sync.3", "keys.1", "keys.2", "clear.5", "iterate.2", "iterate.7"],
    rekeyed((key) => key.toLowerCase()),
  ),
  mutant(
    "normalises keys",
    ["batch.12", "keys.2", "clear.5", "iterate.7"],
    rekeyed((key) => key.normalize("NFC")),
  ),
  mutant(
    "folds look-alikes in keys",
    ["batch.12", "keys.2", "keys.9", "clear.5", "iterate.7"],
    rekeyed((key) => key.normalize("NFKC")),
  ),
  mutant(
    "trims keys",
    ["keys.9", "iterate.7"],
    rekeyed((key) => key.trim()),
  ),
  mutant(
    "ends a key at a zero or a line break",
    ["batch.12", "keys.9", "iterate.7"],
    rekeyed((key) => key.replace(/[\0\r\n].*/s, "")),
  ),
  mutant(
    "drops dots at the end of keys",
    ["keys.3", "iterate.7"],
    rekeyed((key) => key.replace(/\.+$/, "")),
  ),
  mutant(
    "treats keys as paths",
    ["keys.5"],
    rekeyed((key) => posix.normalize(key)),
  ),
  mutant(
    "replaces special characters with _",
    [
      "batch.12",
      "keys.4",
      "keys.5",
      "keys.6",
      "keys.9",
      "clear.2",
      "clear.3",
      "clear.4",
      "iterate.1",
      "iterate.2",
      "iterate.7",
    ],
    rekeyed((key) => key.replace(/[^\p{L}\p{M}\p{N}\p{So}:.\u200b]/gu, "_")),
  ),
  mutant(
    "unescapes keys",
    ["keys.5", "iterate.7"],
    rekeyed((key) => key.replaceAll("%2f", "/")),
  ),
  mutant(
    "strips a repeated namespace",
    ["keys.6"],
    rekeyed((key) => key.replace(/(user:)+/, "user:")),
  ),
  mutant(
    "drops doubled separators",
    ["batch.12", "keys.6"],
    rekeyed((key) => key.replace(/:{2,}/g, ":")),
  ),
  mutant(
    "truncates keys at 200 characters",
    ["keys.10", "keys.11"],
    rekeyed((key) => key.slice(0, 200)),
  ),
  mutant(
    "truncates keys at 255 characters",
    ["keys.11"],
    rekeyed((key) => key.slice(0, 255)),
  ),
  mutant(
    "deletes longer keys with a key",
    ["keys.6", "keys.7"],
    class extends MapBackend {
      override async delete(key: string) {
        await super.clear(`${key}:`)
        return super.delete(key)
      }
    },
  ),
  mutant(
    "looks keys up in a plain object",
    ["keys.8"],
    class extends MapBackend {
      readonly #inherited: Readonly<Record<string, unknown>> = {}
      override async get(key: string) {
        return (this.#inherited[key] as Uint8Array | undefined) ?? super.get(key)
      }
    },
  ),
  mutant("clears by glob", ["clear.3", "clear.4", "iterate.2"], matching(globMatches)),
  mutant("clears by LIKE", ["clear.4", "iterate.2"], matching(likeMatches)),
  mutant(
    "clears case-insensitively",
    ["clear.5", "iterate.2"],
    matching((prefix, key) => key.toLowerCase().startsWith(prefix.toLowerCase())),
  ),
  mutant(
    "clears whole segments only",
    ["clear.2", "clear.5", "iterate.2"],
    matching((prefix, key) => key === prefix || key.startsWith(prefix.replace(/:?$/, ":"))),
  ),
  mutant(
    "clears everything",
    ["clear.2", "clear.3", "clear.4", "clear.5", "clear.6", "iterate.2", "handles.2"],
    matching(() => true),
  ),
  mutant(
    "clears entries without an expiry only",
    ["clear.1"],
    class extends MapBackend {
      override async clear(prefix: string) {
        for (const [key, { expiry }] of this.store.entries) {
          if (key.startsWith(prefix) && expiry === Number.POSITIVE_INFINITY) this.store.entries.delete(key)
        }
      }
    },
  ),
  mutant(
    "clears only the first thousand entries",
    ["clear.6"],
    class extends MapBackend {
      override async clear(prefix: string) {
        const keys = [...this.store.entries.keys()].filter((key) => key.startsWith(prefix))
        for (const key of keys.slice(0, 1000)) this.store.entries.delete(key)
      }
    },
  ),
  mutant(
    "clears by copying the other entries",
    ["clear.7"],
    class extends MapBackend {
      override async clear(prefix: string) {
        const stays = [...this.store.entries].filter(([key]) => !key.startsWith(prefix))
        await undefined
        this.store.entries.clear()
        for (const [key, entry] of stays) this.store.entries.set(key, entry)
      }
    },
  ),
  mutant(
    "yields keys without the prefix",
    ["iterate.1", "iterate.2", "iterate.3", "iterate.4", "iterate.5", "iterate.6", "iterate.7"],
    class extends MapBackend {
      override async *keys(prefix: string) {
        for await (const key of super.keys(prefix)) yield key.slice(prefix.length)
      }
    },
  ),
  mutant(
    "yields expired keys",
    ["iterate.3"],
    class extends MapBackend {
      override async *keys(prefix: string) {
        for (const key of [...this.store.entries.keys()]) if (key.startsWith(prefix)) yield key
      }
    },
  ),
  mutant(
    "yields keys twice at page boundaries",
    ["iterate.4"],
    class extends MapBackend {
      override async *keys(prefix: string) {
        let count = 0
        for await (const key of super.keys(prefix)) {
          yield key
          count += 1
          if (count % 1000 === 0) yield key
        }
      }
    },
  ),
  mutant(
    "pages by offset",
    ["iterate.5"],
    class extends MapBackend {
      override async *keys(prefix: string) {
        for (let offset = 0; ; offset += 100) {
          const page = [...this.store.entries.keys()].filter((key) => key.startsWith(prefix) && this.find(key))
          if (offset >= page.length) return
          yield* page.slice(offset, offset + 100)
        }
      }
    },
  ),
  mutant(
    "has one cursor for all listings",
    ["iterate.6"],
    class extends MapBackend {
      #queue: string[] = []
      override async *keys(prefix: string) {
        this.#queue = [...this.store.entries.keys()].filter((key) => key.startsWith(prefix) && this.find(key))
        for (let key = this.#queue.shift(); key !== undefined; key = this.#queue.shift()) yield key
      }
    },
  ),
  mutant(
    "yields keys as file names",
    ["iterate.7"],
    class extends MapBackend {
      override async *keys(prefix: string) {
        for await (const key of super.keys(prefix)) yield key.replaceAll("/", "_")
      }
    },
  ),
  mutant(
    "lists keys in an array",
    ["iterate.1", "races.7", "races.8"],
    class extends MapBackend {
      override keys(prefix: string): never {
        const keys = [...this.store.entries.keys()]
        return keys.filter((key) => key.startsWith(prefix) && this.find(key) !== undefined) as never
      }
    },
  ),
]

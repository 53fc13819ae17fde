import type { Entry } from "@larder/core"
import { MapBackend, mapCapabilities } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"

/** The keys of running batches, on any handle. */
const locked = new Set<string>()

/** Defects of batches and of bytes. */
export const storingMutants: readonly Mutant[] = [
  mutant(
    "getMany returns values in the order of the sorted keys",
    ["batch.1", "batch.9", "batch.12"],
    class extends MapBackend {
      override getMany(keys: readonly string[]) {
        return super.getMany(keys.toSorted())
      }
    },
  ),
  mutant(
    "getMany sorts the caller's array",
    ["batch.1", "batch.9", "batch.12"],
    class extends MapBackend {
      override async getMany(keys: readonly string[]) {
        return super.getMany((keys as string[]).sort())
      }
    },
  ),
  mutant(
    "getMany omits misses",
    ["batch.1", "batch.2", "batch.3"],
    class extends MapBackend {
      override async getMany(keys: readonly string[]) {
        return (await super.getMany(keys)).filter((value) => value !== undefined)
      }
    },
  ),
  mutant(
    "getMany returns null for a miss",
    ["batch.2"],
    class extends MapBackend {
      override async getMany(keys: readonly string[]) {
        return (await super.getMany(keys)).map((value) => value ?? (null as never))
      }
    },
  ),
  mutant(
    "getMany serves expired entries",
    ["batch.3"],
    class extends MapBackend {
      override async getMany(keys: readonly string[]) {
        return keys.map((key) => this.store.entries.get(key)?.value.slice())
      }
    },
  ),
  mutant(
    "getMany accepts at most 999 keys",
    ["batch.9"],
    class extends MapBackend {
      override async getMany(keys: readonly string[]) {
        if (keys.length > 999) throw new Error("too many SQL variables")
        return super.getMany(keys)
      }
    },
  ),
  mutant(
    "setMany ignores its ttl",
    ["expiry.2", "expiry.6", "batch.5", "ttl.6"],
    class extends MapBackend {
      override setMany(entries: readonly Entry[]) {
        return super.setMany(entries)
      }
    },
  ),
  mutant(
    "setMany does not overwrite entries",
    ["get.3", "batch.4", "batch.5", "batch.6", "sync.3"],
    class extends MapBackend {
      override async setMany(entries: readonly Entry[], ttl?: number) {
        for (const { key, value } of entries) await this.add(key, value, ttl)
      }
    },
  ),
  mutant(
    "setMany keeps the old expiry",
    ["batch.6"],
    class extends MapBackend {
      override async setMany(entries: readonly Entry[], ttl?: number) {
        for (const { key, value } of entries) {
          this.put(key, value, ttl === undefined ? (this.find(key)?.expiry ?? this.end(ttl)) : this.end(ttl))
        }
      }
    },
  ),
  mutant(
    "setMany writes only the first thousand entries",
    ["batch.10"],
    class extends MapBackend {
      override setMany(entries: readonly Entry[], ttl?: number) {
        return super.setMany(entries.slice(0, 1000), ttl)
      }
    },
  ),
  mutant(
    "setMany fails if it overlaps with another one, as in a deadlock",
    ["races.17"],
    class extends MapBackend {
      override async setMany(entries: readonly Entry[], ttl?: number) {
        if (entries.some(({ key }) => locked.has(key))) throw new Error("deadlock detected")
        for (const { key } of entries) locked.add(key)
        await super.setMany(entries, ttl)
        for (const { key } of entries) locked.delete(key)
      }
    },
  ),
  mutant(
    "deleteMany returns the number of keys",
    ["batch.7", "batch.8"],
    class extends MapBackend {
      override async deleteMany(keys: readonly string[]) {
        await super.deleteMany(keys)
        return keys.length
      }
    },
  ),
  mutant(
    "deleteMany counts expired entries",
    ["batch.8"],
    class extends MapBackend {
      override async deleteMany(keys: readonly string[]) {
        return keys.filter((key) => this.store.entries.delete(key)).length
      }
    },
  ),
  mutant(
    "deleteMany deletes only the first thousand entries",
    ["batch.11"],
    class extends MapBackend {
      override deleteMany(keys: readonly string[]) {
        return super.deleteMany(keys.slice(0, 1000))
      }
    },
  ),
  mutant(
    "decodes bytes as text",
    ["equal.5", "replace.10", "bytes.1", "bytes.3", "bytes.4", "bytes.8"],
    class extends MapBackend {
      override put(key: string, value: Uint8Array, expiry: number) {
        super.put(key, Buffer.from(Buffer.from(value).toString("utf8")), expiry)
      }
    },
  ),
  mutant(
    "drops a byte order mark, as text decoders do",
    ["bytes.3"],
    class extends MapBackend {
      override put(key: string, value: Uint8Array, expiry: number) {
        const marked = value[0] === 0xef && value[1] === 0xbb && value[2] === 0xbf
        super.put(key, marked ? value.subarray(3) : value, expiry)
      }
    },
  ),
  mutant(
    "treats an empty value as a miss",
    ["incr.8", "equal.5", "replace.10", "bytes.2", "bytes.8"],
    class extends MapBackend {
      override async get(key: string) {
        const value = await super.get(key)
        return value?.length === 0 ? undefined : value
      }
    },
  ),
  mutant(
    "ends a value at the first zero",
    ["incr.8", "equal.5", "replace.10", "bytes.1", "bytes.3", "bytes.4", "bytes.8"],
    class extends MapBackend {
      override put(key: string, value: Uint8Array, expiry: number) {
        const zero = value.indexOf(0)
        super.put(key, zero === -1 ? value : value.subarray(0, zero), expiry)
      }
    },
  ),
  mutant(
    "truncates a value at 64 KiB",
    ["bytes.4", "bytes.8"],
    class extends MapBackend {
      override put(key: string, value: Uint8Array, expiry: number) {
        super.put(key, value.subarray(0, 65_535), expiry)
      }
    },
  ),
  mutant(
    "stores the whole buffer of a view",
    ["bytes.5", "bytes.8"],
    class extends MapBackend {
      override put(key: string, value: Uint8Array, expiry: number) {
        super.put(key, new Uint8Array(value.buffer), expiry)
      }
    },
  ),
  mutant(
    "keeps the caller's buffer",
    ["bytes.6"],
    class extends MapBackend {
      override put(key: string, value: Uint8Array, expiry: number) {
        this.store.entries.set(key, { value, expiry })
      }
    },
  ),
  mutant(
    "overwrites the caller's buffer",
    ["batch.12", "bytes.6", "bytes.8"],
    class extends MapBackend {
      override put(key: string, value: Uint8Array, expiry: number) {
        super.put(key, value, expiry)
        value.reverse()
      }
    },
  ),
  mutant(
    "returns the stored buffer itself",
    ["bytes.7"],
    class extends MapBackend {
      override async get(key: string) {
        return this.find(key)?.value
      }
    },
  ),
  mutant(
    "overwrites a buffer that it has returned",
    ["bytes.7"],
    class extends MapBackend {
      override async get(key: string) {
        return this.find(key)?.value
      }
      override put(key: string, value: Uint8Array, expiry: number) {
        const held = this.find(key)?.value
        if (held === undefined || held.length !== value.length) return super.put(key, value, expiry)
        held.set(value)
        this.store.entries.set(key, { value: held, expiry })
      }
    },
  ),
  mutant(
    "getMany returns an empty list if nothing is found",
    ["batch.2"],
    class extends MapBackend {
      override async getMany(keys: readonly string[]) {
        const answers = await super.getMany(keys)
        return answers.every((answer) => answer === undefined) ? [] : answers
      }
    },
  ),
  mutant(
    "getMany omits expired entries",
    ["batch.3"],
    class extends MapBackend {
      override getMany(keys: readonly string[]) {
        return super.getMany(keys.filter((key) => !this.store.entries.has(key) || this.find(key) !== undefined))
      }
    },
  ),
  mutant(
    "getMany joins its keys with commas",
    ["batch.12"],
    class extends MapBackend {
      override getMany(keys: readonly string[]) {
        return super.getMany(keys.join(",").split(","))
      }
    },
  ),
  mutant(
    "setMany treats keys as parts of a query",
    ["batch.12"],
    class extends MapBackend {
      override setMany(entries: readonly Entry[], ttl?: number) {
        const query = new URLSearchParams(entries.map(({ key }) => `key=${key}`).join("&"))
        const keys = query.getAll("key")
        return super.setMany(
          entries.map(({ value }, index) => ({ key: keys[index] ?? "", value })),
          ttl,
        )
      }
    },
  ),
  mutant(
    "deleteMany matches case-insensitively",
    ["batch.12"],
    class extends MapBackend {
      override async deleteMany(keys: readonly string[]) {
        const sought = new Set(keys.map((key) => key.toLowerCase()))
        const found = [...this.store.entries.keys()].filter((key) => sought.has(key.toLowerCase()))
        return super.deleteMany(found)
      }
    },
  ),
  mutant(
    "setMany omits values that are too large",
    ["batch.13"],
    class extends MapBackend {
      override readonly capabilities = { ...mapCapabilities, maxValueBytes: 100_000 }
      override async setMany(entries: readonly Entry[], ttl?: number) {
        await Promise.allSettled(entries.map(({ key, value }) => this.set(key, value, ttl)))
      }
    },
  ),
]

import { describe, expect, it } from "vitest"
import { cacheClauses } from "../src/cache-clauses.js"
import { MapBackend } from "./map-backend.js"
import { failures, type Mutant, mutant } from "./mutant.js"

const mutants: readonly Mutant[] = [
  mutant(
    "forgets what it is handed",
    [
      "cache.get.2",
      "cache.values.1",
      "cache.values.2",
      "cache.values.3",
      "cache.values.4",
      "cache.many.1",
      "cache.many.2",
      "cache.delete.1",
      "cache.keys.1",
      "cache.keys.3",
      "cache.versions.1",
      "cache.versions.2",
      "cache.prefix.1",
      "cache.incr.1",
      "cache.incr.2",
      "cache.clear.1",
      "cache.timeouts.1",
      "cache.timeouts.2",
      "cache.timeouts.3",
      "cache.timeouts.4",
      "cache.timeouts.5",
      "cache.timeouts.6",
      "cache.timeouts.7",
      "cache.timeouts.8",
      "cache.timeouts.9",
    ],
    class extends MapBackend {
      override async set() {}
    },
  ),
  mutant(
    "decodes bytes as text",
    ["cache.values.1", "cache.values.2", "cache.keys.1"],
    class extends MapBackend {
      override put(key: string, value: Uint8Array, expiry: number) {
        super.put(key, Buffer.from(Buffer.from(value).toString("latin1")), expiry)
      }
    },
  ),
  mutant(
    "never expires an entry",
    [
      "cache.versions.2",
      "cache.timeouts.3",
      "cache.timeouts.5",
      "cache.timeouts.6",
      "cache.timeouts.7",
      "cache.timeouts.8",
    ],
    class extends MapBackend {
      override end() {
        return Number.POSITIVE_INFINITY
      }
    },
  ),
  mutant(
    "expires every entry at once",
    [
      "cache.versions.2",
      "cache.timeouts.3",
      "cache.timeouts.4",
      "cache.timeouts.5",
      "cache.timeouts.6",
      "cache.timeouts.7",
      "cache.timeouts.8",
    ],
    class extends MapBackend {
      override end(ttl = 100) {
        return super.end(Math.min(ttl, 100))
      }
    },
  ),
  mutant(
    "takes no account of what stands before the last colon",
    [
      "cache.many.2",
      "cache.delete.1",
      "cache.keys.3",
      "cache.add.1",
      "cache.versions.1",
      "cache.versions.2",
      "cache.prefix.1",
      "cache.incr.1",
      "cache.getOrSet.1",
      "cache.clear.1",
      "cache.timeouts.1",
      "cache.timeouts.2",
      "cache.timeouts.4",
      "cache.timeouts.6",
    ],
    class extends MapBackend {
      override find(key: string) {
        return super.find(key.slice(key.lastIndexOf(":")))
      }
      override put(key: string, value: Uint8Array, expiry: number) {
        super.put(key.slice(key.lastIndexOf(":")), value, expiry)
      }
    },
  ),
  mutant(
    "clears everything",
    ["cache.clear.1"],
    class extends MapBackend {
      override async clear() {
        this.store.entries.clear()
      }
    },
  ),
  mutant(
    "answers getMany in the order of the sorted keys",
    ["cache.many.1"],
    class extends MapBackend {
      override getMany(keys: readonly string[]) {
        return super.getMany(keys.toSorted())
      }
    },
  ),
  mutant(
    "counts from zero where no entry is",
    ["cache.incr.2", "cache.timeouts.7"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        if (this.find(key) === undefined) this.put(key, Buffer.from("0"), Number.POSITIVE_INFINITY)
        return super.incr(key, delta)
      }
    },
  ),
  mutant(
    "fails with errors of its own",
    ["cache.incr.1", "cache.incr.2", "cache.timeouts.7"],
    class extends MapBackend {
      override async incr(): Promise<never> {
        throw new Error("ERR value is not an integer or out of range")
      }
    },
  ),
]

describe("a cache on a backend with one defect fails the clauses about it and no other", () => {
  for (const one of mutants) {
    it(one.defect, async () => {
      expect(await failures(one, cacheClauses())).toEqual(one.breaks)
    })
  }
})

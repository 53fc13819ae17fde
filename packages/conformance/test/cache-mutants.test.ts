import { describe, expect, it } from "vitest"
import { cacheClauses } from "../src/cache-clauses.js"
import { MapBackend } from "./map-backend.js"
import { failures, type Mutant, mutant } from "./mutant.js"
import { refreshMutants } from "./mutants/cache-refresh.js"
import { tokenMutants } from "./mutants/cache-tokens.js"
import { cacheProcessMutants } from "./mutants/processes.js"

const plainMutants: readonly Mutant[] = [
  mutant(
    "stores nothing",
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
      "cache.tags.1",
      "cache.tags.2",
      "cache.tags.3",
      "cache.tags.4",
      "cache.tags.5",
      "cache.tags.6",
      "cache.tags.7",
      "cache.tags.8",
      "cache.tags.9",
      "cache.tags.10",
      "cache.tags.11",
      "cache.namespaces.1",
      "cache.namespaces.2",
      "cache.namespaces.3",
      "cache.namespaces.4",
      "cache.namespaces.5",
      "cache.clear.2",
      "cache.refresh.2",
      "cache.refresh.3",
      "cache.locks.2",
    ],
    class extends MapBackend {
      override async set() {}
    },
  ),
  mutant(
    "decodes bytes as text",
    ["cache.values.1", "cache.values.2", "cache.keys.1", "cache.tags.1", "cache.tags.3"],
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
      "cache.tags.7",
      "cache.namespaces.3",
      "cache.locks.3",
    ],
    class extends MapBackend {
      override end() {
        return Number.POSITIVE_INFINITY
      }
    },
  ),
  mutant(
    "expires every entry immediately",
    [
      "cache.versions.2",
      "cache.timeouts.3",
      "cache.timeouts.4",
      "cache.timeouts.5",
      "cache.timeouts.6",
      "cache.timeouts.7",
      "cache.timeouts.8",
      "cache.tags.7",
      "cache.namespaces.3",
      "cache.locks.4",
    ],
    class extends MapBackend {
      override end(ttl = 100) {
        return super.end(Math.min(ttl, 100))
      }
    },
  ),
  mutant(
    "ignores the part of a key before the last colon",
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
      "cache.tags.4",
      "cache.tags.8",
      "cache.tags.11",
      "cache.namespaces.1",
      "cache.namespaces.2",
      "cache.namespaces.3",
      "cache.namespaces.4",
      "cache.namespaces.5",
      "cache.clear.2",
      "cache.refresh.1",
      "cache.refresh.2",
      "cache.refresh.3",
      "cache.refresh.4",
      "cache.refresh.5",
      "cache.refresh.6",
      "cache.refresh.7",
      "cache.locks.1",
      "cache.locks.2",
      "cache.locks.3",
      "cache.locks.4",
      "cache.locks.5",
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
    ["cache.clear.1", "cache.clear.2"],
    class extends MapBackend {
      override async clear() {
        this.store.entries.clear()
      }
    },
  ),
  mutant(
    "getMany returns values in the order of the sorted keys",
    ["cache.many.1"],
    class extends MapBackend {
      override getMany(keys: readonly string[]) {
        // Random names of internal entries would make the order random.
        return super.getMany(keys.some((key) => key.includes(":~")) ? keys : keys.toSorted())
      }
    },
  ),
  mutant(
    "counts from zero if there is no entry",
    ["cache.incr.2", "cache.timeouts.7", "cache.namespaces.3"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        if (this.find(key) === undefined) this.put(key, Buffer.from("0"), Number.POSITIVE_INFINITY)
        return super.incr(key, delta)
      }
    },
  ),
  mutant(
    "fails with errors of its own",
    [
      "cache.incr.1",
      "cache.incr.2",
      "cache.timeouts.7",
      "cache.tags.9",
      "cache.namespaces.3",
      "cache.locks.1",
      "cache.locks.2",
      "cache.locks.3",
      "cache.locks.4",
      "cache.locks.5",
    ],
    class extends MapBackend {
      override async incr(): Promise<never> {
        throw new Error("ERR value is not an integer or out of range")
      }
    },
  ),
]

const mutants = [...plainMutants, ...tokenMutants, ...refreshMutants]

describe("a cache on a backend with one defect fails the clauses about it and no others", () => {
  for (const one of mutants) {
    it(one.defect, async () => {
      expect(await failures(one, cacheClauses())).toEqual(one.breaks)
    })
  }
})

/** Clauses that depend on `Cache` alone, and that no backend can break. */
const unbreakable = ["cache.get.1", "cache.keys.2", "cache.getOrSet.2", "cache.support.1", "cache.close.1"]

describe("the mutants", () => {
  it("break every clause that a backend can break, and each breaks at least one", () => {
    const broken = new Set([...mutants, ...cacheProcessMutants].flatMap(({ breaks }) => breaks))
    // Clauses about outages have their own mutants, which have defects in network code.
    const ids = cacheClauses().flatMap(({ id }) => (id.startsWith("cache.outages.") ? [] : [id]))
    expect(ids.filter((id) => !broken.has(id))).toEqual(unbreakable)
    expect(mutants.filter(({ breaks }) => breaks.length === 0)).toEqual([])
  })
})

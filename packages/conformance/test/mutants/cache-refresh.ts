import { setTimeout as wait } from "node:timers/promises"
import { MapBackend } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"

/** For mutants that make callers wait: the milliseconds for a clause. */
const deadline = 5_000

/** Defects that affect computed values, leases and locks. */
export const refreshMutants: readonly Mutant[] = [
  mutant(
    "add checks and stores in two steps",
    ["cache.refresh.1", "cache.locks.2"],
    class extends MapBackend {
      override async add(key: string, value: Uint8Array, ttl?: number) {
        if (this.find(key) !== undefined) return false
        await wait(20)
        await this.set(key, value, ttl)
        return true
      }
    },
  ),
  mutant(
    "add overwrites live entries",
    [
      "cache.add.1",
      "cache.tags.5",
      "cache.namespaces.3",
      "cache.refresh.1",
      "cache.refresh.3",
      "cache.refresh.7",
      "cache.locks.1",
      "cache.locks.2",
      "cache.locks.3",
      "cache.locks.4",
    ],
    class extends MapBackend {
      override async add(key: string, value: Uint8Array, ttl?: number) {
        await this.set(key, value, ttl)
        return true
      }
    },
  ),
  mutant(
    "replaceIfEqual compares and stores in two steps",
    ["cache.tags.5"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        const held = await this.get(key)
        if (held === undefined || Buffer.compare(held, expected) !== 0) return false
        await wait(5)
        await this.set(key, value, ttl)
        return true
      }
    },
  ),
  mutant(
    "replaceIfEqual replaces any value",
    ["cache.tags.5", "cache.refresh.2", "cache.refresh.4", "cache.refresh.7", "cache.locks.3"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, _expected: Uint8Array, value: Uint8Array, ttl?: number) {
        if (this.find(key) === undefined) return false
        await this.set(key, value, ttl)
        return true
      }
    },
  ),
  mutant(
    "replaceIfEqual stores without an entry",
    ["cache.refresh.2"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        if (this.find(key) !== undefined) return super.replaceIfEqual(key, expected, value, ttl)
        await this.set(key, value, ttl)
        return true
      }
    },
  ),
  {
    ...mutant(
      "replaceIfEqual never replaces",
      [
        "cache.tags.5",
        "cache.tags.11",
        "cache.refresh.1",
        "cache.refresh.2",
        "cache.refresh.4",
        "cache.refresh.5",
        "cache.refresh.6",
        "cache.refresh.7",
        "cache.locks.3",
      ],
      class extends MapBackend {
        override async replaceIfEqual() {
          return false
        }
      },
    ),
    deadline,
  },
  mutant(
    "replaceIfEqual does not change the expiry",
    ["cache.locks.4"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array) {
        const entry = this.find(key)
        if (entry === undefined || Buffer.compare(entry.value, expected) !== 0) return false
        this.put(key, value, entry.expiry)
        return true
      }
    },
  ),
  {
    ...mutant(
      "loses entries with a ttl slightly over an hour",
      ["cache.refresh.5", "cache.refresh.6", "cache.refresh.7"],
      class extends MapBackend {
        override end(ttl?: number) {
          const isLittleLonger = ttl !== undefined && ttl > 3_600_000 && ttl < 3_700_000
          return isLittleLonger ? this.store.now : super.end(ttl)
        }
      },
    ),
    deadline,
  },
  mutant(
    "deleteIfEqual removes any value",
    ["cache.locks.3"],
    class extends MapBackend {
      override deleteIfEqual(key: string) {
        return this.delete(key)
      }
    },
  ),
  {
    ...mutant(
      "deleteIfEqual removes nothing",
      ["cache.namespaces.3", "cache.locks.1", "cache.locks.2", "cache.locks.3", "cache.locks.4", "cache.locks.5"],
      class extends MapBackend {
        override async deleteIfEqual() {
          return false
        }
      },
    ),
    deadline,
  },
  mutant(
    "returns a sum that it does not store",
    ["cache.incr.1", "cache.timeouts.7", "cache.namespaces.3", "cache.locks.5"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        const entry = this.find(key)
        const sum = await super.incr(key, delta)
        if (entry !== undefined) this.put(key, entry.value, entry.expiry)
        return sum
      }
    },
  ),
]

import { MapBackend, mapCapabilities } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"
import { Turns } from "../turns.js"

function textOf(value: Uint8Array): string {
  return Buffer.from(value).toString("latin1")
}

/** Its `deleteIfEqual` compares values as `shown` converts them. */
function comparing(shown: (bytes: Uint8Array) => string): typeof MapBackend {
  return class extends MapBackend {
    override async deleteIfEqual(key: string, value: Uint8Array) {
      const held = this.find(key)?.value
      return held !== undefined && shown(held) === shown(value) && this.delete(key)
    }
  }
}

/** Defects of add and deleteIfEqual. */
export const lockingMutants: readonly Mutant[] = [
  mutant(
    "add overwrites and returns false",
    ["add.2", "add.3", "races.1", "races.2", "races.5", "races.6"],
    class extends MapBackend {
      override async add(key: string, value: Uint8Array, ttl?: number) {
        const free = this.find(key) === undefined
        this.put(key, value, this.end(ttl))
        return free
      }
    },
  ),
  mutant(
    "add returns a number",
    ["add.1", "add.2", "add.5"],
    class extends MapBackend {
      override async add(key: string, value: Uint8Array, ttl?: number) {
        return Number(await super.add(key, value, ttl)) as never
      }
    },
  ),
  mutant(
    "add extends the ttl of a live entry",
    ["add.3"],
    class extends MapBackend {
      override async add(key: string, value: Uint8Array, ttl?: number) {
        const added = await super.add(key, value, ttl)
        if (!added) await this.touch(key, ttl)
        return added
      }
    },
  ),
  mutant(
    "add ignores its ttl",
    ["expiry.2", "expiry.6", "add.4", "ttl.6"],
    class extends MapBackend {
      override add(key: string, value: Uint8Array) {
        return super.add(key, value)
      }
    },
  ),
  mutant(
    "add treats an expired entry as live",
    ["add.5", "races.5"],
    class extends MapBackend {
      override async add(key: string, value: Uint8Array, ttl?: number) {
        return !this.store.entries.has(key) && super.add(key, value, ttl)
      }
    },
  ),
  mutant(
    "add checks, waits and stores",
    ["races.1", "races.2", "races.5", "races.6"],
    class extends MapBackend {
      override async add(key: string, value: Uint8Array, ttl?: number) {
        if (this.find(key) !== undefined) return false
        await undefined
        this.put(key, value, this.end(ttl))
        return true
      }
    },
  ),
  mutant(
    "add is atomic on one handle only",
    ["races.2", "races.5", "races.6"],
    class extends MapBackend {
      readonly #turns = new Turns()
      override add(key: string, value: Uint8Array, ttl?: number) {
        return this.#turns.take(async () => {
          if (this.find(key) !== undefined) return false
          await undefined
          return this.set(key, value, ttl).then(() => true)
        })
      }
    },
  ),
  mutant(
    "deleteIfEqual does not compare",
    ["equal.2", "equal.5", "equal.6", "races.7", "races.8", "races.10"],
    class extends MapBackend {
      override async deleteIfEqual(key: string) {
        return this.delete(key)
      }
    },
  ),
  mutant(
    "deleteIfEqual keeps entries with an expiry",
    ["equal.1"],
    class extends MapBackend {
      override async deleteIfEqual(key: string, value: Uint8Array) {
        return this.find(key)?.expiry === Number.POSITIVE_INFINITY && super.deleteIfEqual(key, value)
      }
    },
  ),
  mutant(
    "deleteIfEqual ignores case",
    ["equal.2"],
    comparing((bytes) => textOf(bytes).toLowerCase()),
  ),
  mutant(
    "deleteIfEqual ignores trailing spaces",
    ["equal.2"],
    comparing((bytes) => textOf(bytes).trimEnd()),
  ),
  mutant(
    "deleteIfEqual compares decoded text",
    ["equal.5"],
    comparing((bytes) => new TextDecoder().decode(bytes)),
  ),
  mutant(
    "deleteIfEqual returns true without an entry",
    ["equal.3", "equal.4"],
    class extends MapBackend {
      override async deleteIfEqual(key: string, value: Uint8Array) {
        return this.find(key) === undefined || super.deleteIfEqual(key, value)
      }
    },
  ),
  mutant(
    "deleteIfEqual returns true for an expired entry",
    ["equal.4"],
    class extends MapBackend {
      override async deleteIfEqual(key: string, value: Uint8Array) {
        const held = this.store.entries.get(key)?.value
        return held !== undefined && Buffer.compare(held, value) === 0 && this.store.entries.delete(key)
      }
    },
  ),
  mutant(
    "deleteIfEqual writes an entry that it keeps back without its expiry",
    ["equal.6"],
    class extends MapBackend {
      override async deleteIfEqual(key: string, value: Uint8Array) {
        const removed = await super.deleteIfEqual(key, value)
        if (!removed) await this.touch(key)
        return removed
      }
    },
  ),
  mutant(
    "deleteIfEqual compares, waits and deletes",
    ["races.10"],
    class extends MapBackend {
      override async deleteIfEqual(key: string, value: Uint8Array) {
        const held = await this.get(key)
        return held !== undefined && Buffer.compare(held, value) === 0 && this.delete(key)
      }
    },
  ),
  mutant(
    "add truncates a value over its limit",
    ["add.6"],
    class extends MapBackend {
      override readonly capabilities = { ...mapCapabilities, maxValueBytes: 100_000 }
      override add(key: string, value: Uint8Array, ttl?: number) {
        return super.add(key, value.subarray(0, 100_000), ttl)
      }
    },
  ),
]

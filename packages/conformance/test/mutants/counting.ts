import { bytesOf } from "../../src/stored-values.js"
import { MapBackend, sumOf } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"
import { Turns } from "../turns.js"

function textOf(value: Uint8Array): string {
  return Buffer.from(value).toString("latin1")
}

/** Defects of incr. */
export const countingMutants: readonly Mutant[] = [
  mutant(
    "incr reads, waits and writes",
    ["races.3", "races.4", "races.12"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        const entry = this.find(key)
        if (entry === undefined) return undefined
        await undefined
        const sum = sumOf(entry.value, delta)
        this.put(key, bytesOf(String(sum)), entry.expiry)
        return sum
      }
    },
  ),
  mutant(
    "incr is atomic on one handle only",
    ["races.4"],
    class extends MapBackend {
      readonly #turns = new Turns()
      override incr(key: string, delta: number) {
        return this.#turns.take(async () => {
          const entry = this.find(key)
          if (entry === undefined) return undefined
          const sum = sumOf(entry.value, delta)
          await undefined
          this.put(key, bytesOf(String(sum)), entry.expiry)
          return sum
        })
      }
    },
  ),
  mutant(
    "incr drops the expiry",
    ["incr.4"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        const entry = this.find(key)
        if (entry !== undefined) this.put(key, entry.value, Number.POSITIVE_INFINITY)
        return super.incr(key, delta)
      }
    },
  ),
  mutant(
    "incr of a number that gets shorter drops the expiry",
    ["incr.4"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        const before = this.find(key)?.value.length ?? 0
        const sum = await super.incr(key, delta)
        if (sum !== undefined && String(sum).length < before) await this.touch(key)
        return sum
      }
    },
  ),
  mutant(
    "incr by zero removes the expiry",
    ["incr.4"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        const sum = await super.incr(key, delta)
        if (sum !== undefined && delta === 0) await this.touch(key)
        return sum
      }
    },
  ),
  mutant(
    "incr gives an expiry to an entry without one",
    ["ttl.6"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        const sum = await super.incr(key, delta)
        if (this.find(key)?.expiry === Number.POSITIVE_INFINITY) await this.touch(key, 300_000)
        return sum
      }
    },
  ),
  mutant(
    "incr creates a missing entry",
    ["incr.3", "incr.5", "races.12"],
    class extends MapBackend {
      override incr(key: string, delta: number) {
        if (this.find(key) === undefined) this.put(key, bytesOf("0"), Number.POSITIVE_INFINITY)
        return super.incr(key, delta)
      }
    },
  ),
  mutant(
    "incr revives an expired entry",
    ["incr.5"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        const entry = this.store.entries.get(key)
        if (entry !== undefined && this.find(key) === undefined) this.put(key, entry.value, Number.POSITIVE_INFINITY)
        return super.incr(key, delta)
      }
    },
  ),
  mutant(
    "incr stops at zero",
    ["incr.2", "incr.6", "incr.7"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        const held = Number(textOf(this.find(key)?.value ?? bytesOf("0")))
        return super.incr(key, Number.isNaN(held) ? delta : Math.max(delta, -held))
      }
    },
  ),
  mutant(
    "incr pads a number that gets shorter",
    ["incr.1", "incr.2", "incr.8"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        const entry = this.find(key)
        if (entry === undefined) return undefined
        const sum = sumOf(bytesOf(textOf(entry.value).trimEnd()), delta)
        this.put(key, bytesOf(String(sum).padEnd(entry.value.length)), entry.expiry)
        return sum
      }
    },
  ),
  mutant(
    "incr counts with 32 bits",
    ["incr.6", "incr.7"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        const entry = this.find(key)
        if (entry === undefined) return undefined
        if (!/^-?\d+$/.test(textOf(entry.value))) throw new TypeError("no integer")
        const sum = (Number(textOf(entry.value)) + delta) | 0
        this.put(key, bytesOf(String(sum)), entry.expiry)
        return sum
      }
    },
  ),
  mutant(
    "incr rounds beyond the safe integers",
    ["incr.7"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        const entry = this.find(key)
        if (entry === undefined) return undefined
        if (!/^-?\d+$/.test(textOf(entry.value))) throw new TypeError("no integer")
        const sum = Number(textOf(entry.value)) + delta
        this.put(key, bytesOf(String(sum)), entry.expiry)
        return sum
      }
    },
  ),
  mutant(
    "incr accepts a number at the start of a string",
    ["incr.8"],
    class extends MapBackend {
      override incr(key: string, delta: number) {
        const entry = this.find(key)
        const start = /^\s*-?\d+/.exec(textOf(entry?.value ?? new Uint8Array(0)))?.[0]
        if (entry !== undefined && start !== undefined) this.put(key, bytesOf(start.trim()), entry.expiry)
        return super.incr(key, delta)
      }
    },
  ),
  mutant(
    "incr removes values that it rejects",
    ["incr.7", "incr.8"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        try {
          return await super.incr(key, delta)
        } catch (error) {
          this.store.entries.delete(key)
          throw error
        }
      }
    },
  ),
  mutant(
    "incr rejects with an error of its own",
    ["incr.7", "incr.8"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        return super.incr(key, delta).catch((error) => {
          throw new Error("ERR value is not an integer or out of range", { cause: error })
        })
      }
    },
  ),
  mutant(
    "incr restarts the ttl",
    ["incr.4"],
    class extends MapBackend {
      readonly #ttls = new Map<string, number | undefined>()
      override async set(key: string, value: Uint8Array, ttl?: number) {
        this.#ttls.set(key, ttl)
        await super.set(key, value, ttl)
      }
      override async incr(key: string, delta: number) {
        const sum = await super.incr(key, delta)
        if (sum !== undefined) await this.touch(key, this.#ttls.get(key))
        return sum
      }
    },
  ),
  mutant(
    "incr accepts a plus sign and a line break",
    ["incr.8"],
    class extends MapBackend {
      override async incr(key: string, delta: number) {
        const entry = this.find(key)
        const [, digits] = /^\+?(-?\d+)\n?$/.exec(textOf(entry?.value ?? new Uint8Array(0))) ?? []
        if (entry !== undefined && digits !== undefined) this.put(key, bytesOf(digits), entry.expiry)
        return super.incr(key, delta)
      }
    },
  ),
]

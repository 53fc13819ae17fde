import type { Entry } from "@larder/core"
import { MapBackend } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"

const day = 86_400_000

function wholeSeconds(ttl: number | undefined): number | undefined {
  return ttl === undefined || ttl < 1_000 ? ttl : Math.floor(ttl / 1_000) * 1_000
}

function atMostThirtyDays(ttl: number | undefined): number | undefined {
  return ttl === undefined ? undefined : Math.min(ttl, 30 * day)
}

function isEmpty(value: Uint8Array | undefined): boolean {
  return value?.length === 0
}

/** Defects of one method, where `set` and `get` are right. */
export const otherMethodsMutants: readonly Mutant[] = [
  mutant(
    "add rounds down to seconds",
    ["expiry.3"],
    class extends MapBackend {
      override add(key: string, value: Uint8Array, ttl?: number) {
        return super.add(key, value, wholeSeconds(ttl))
      }
    },
  ),
  mutant(
    "touch rounds down to seconds",
    ["expiry.3"],
    class extends MapBackend {
      override touch(key: string, ttl?: number) {
        return super.touch(key, wholeSeconds(ttl))
      }
    },
  ),
  mutant(
    "setMany keeps entries for thirty days at most",
    ["expiry.6"],
    class extends MapBackend {
      override async setMany(entries: readonly Entry[], ttl?: number) {
        await super.setMany(entries, atMostThirtyDays(ttl))
      }
    },
  ),
  mutant(
    "add keeps entries without a ttl for a day",
    ["expiry.4"],
    class extends MapBackend {
      override add(key: string, value: Uint8Array, ttl: number = day) {
        return super.add(key, value, ttl)
      }
    },
  ),
  mutant(
    "touch returns false if there was no expiry to remove",
    ["touch.1"],
    class extends MapBackend {
      override async touch(key: string, ttl?: number) {
        const persists = this.find(key)?.expiry === Number.POSITIVE_INFINITY
        return (await super.touch(key, ttl)) && !(persists && ttl === undefined)
      }
    },
  ),
  mutant(
    "touch returns whether the expiry has changed",
    ["touch.1"],
    class extends MapBackend {
      override async touch(key: string, ttl?: number) {
        const before = this.find(key)?.expiry
        return (await super.touch(key, ttl)) && this.find(key)?.expiry !== before
      }
    },
  ),
  mutant(
    "add stores over an empty value",
    ["bytes.2"],
    class extends MapBackend {
      override async add(key: string, value: Uint8Array, ttl?: number) {
        if (isEmpty(this.find(key)?.value)) this.store.entries.delete(key)
        return super.add(key, value, ttl)
      }
    },
  ),
  mutant(
    "delete returns false for an empty value",
    ["bytes.2"],
    class extends MapBackend {
      override async delete(key: string) {
        const empty = isEmpty(this.find(key)?.value)
        return (await super.delete(key)) && !empty
      }
    },
  ),
  mutant(
    "keys leaves empty values out",
    ["bytes.2"],
    class extends MapBackend {
      override async *keys(prefix: string) {
        for await (const key of super.keys(prefix)) if (!isEmpty(this.find(key)?.value)) yield key
      }
    },
  ),
  mutant(
    "getMany takes an empty value for a miss",
    ["bytes.2", "bytes.8"],
    class extends MapBackend {
      override async getMany(keys: readonly string[]) {
        return (await super.getMany(keys)).map((value) => (isEmpty(value) ? undefined : value))
      }
    },
  ),
  mutant(
    "getMany decodes bytes as text",
    ["bytes.8"],
    class extends MapBackend {
      override async getMany(keys: readonly string[]) {
        const values = await super.getMany(keys)
        return values.map((value) => value && new TextEncoder().encode(Buffer.from(value).toString()))
      }
    },
  ),
  mutant(
    "add keeps 64 KiB of a value",
    ["bytes.8"],
    class extends MapBackend {
      override add(key: string, value: Uint8Array, ttl?: number) {
        return super.add(key, value.subarray(0, 65_535), ttl)
      }
    },
  ),
  mutant(
    "setMany stores the whole buffer of a view",
    ["bytes.8"],
    class extends MapBackend {
      override async setMany(entries: readonly Entry[], ttl?: number) {
        const whole = entries.map(({ key, value }) => ({ key, value: new Uint8Array(value.buffer) }))
        await super.setMany(whole, ttl)
      }
    },
  ),
  mutant(
    "deleteIfEqual compares the whole buffer of a view",
    ["equal.5"],
    class extends MapBackend {
      override deleteIfEqual(key: string, value: Uint8Array) {
        return super.deleteIfEqual(key, new Uint8Array(value.buffer))
      }
    },
  ),
  mutant(
    "deleteIfEqual compares numbers as numbers",
    ["equal.2"],
    class extends MapBackend {
      override async deleteIfEqual(key: string, value: Uint8Array) {
        const held = Number(Buffer.from(this.find(key)?.value ?? []).toString() || Number.NaN)
        const isNumber = Number.isInteger(held) && held === Number(Buffer.from(value).toString())
        return isNumber ? this.store.entries.delete(key) : super.deleteIfEqual(key, value)
      }
    },
  ),
]

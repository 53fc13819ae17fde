import { MapBackend } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"
import { Turns } from "../turns.js"

/** Replaces when the held value and the expected one are alike. */
class Comparing extends MapBackend {
  areAlike(held: Uint8Array, expected: Uint8Array): boolean {
    return Buffer.compare(held, expected) === 0
  }

  override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
    const held = this.find(key)?.value
    if (held === undefined || !this.areAlike(held, expected)) return false
    this.put(key, value, this.end(ttl))
    return true
  }
}

function textOf(value: Uint8Array): string {
  return Buffer.from(value).toString("latin1")
}

/** Broken replaceIfEqual. */
export const replacingMutants: readonly Mutant[] = [
  mutant(
    "replaceIfEqual does not compare",
    ["replace.2", "replace.3", "replace.10", "races.7", "races.8", "races.14", "races.15", "races.16"],
    class extends Comparing {
      override areAlike() {
        return true
      }
    },
  ),
  mutant(
    "replaceIfEqual ignores case",
    ["replace.2"],
    class extends Comparing {
      override areAlike(held: Uint8Array, expected: Uint8Array) {
        return textOf(held).toLowerCase() === textOf(expected).toLowerCase()
      }
    },
  ),
  mutant(
    "replaceIfEqual compares without spaces at the end",
    ["replace.2"],
    class extends Comparing {
      override areAlike(held: Uint8Array, expected: Uint8Array) {
        return textOf(held).trimEnd() === textOf(expected).trimEnd()
      }
    },
  ),
  mutant(
    "replaceIfEqual compares text",
    ["replace.10"],
    class extends Comparing {
      override areAlike(held: Uint8Array, expected: Uint8Array) {
        return new TextDecoder().decode(held) === new TextDecoder().decode(expected)
      }
    },
  ),
  mutant(
    "replaceIfEqual compares what comes first in a long value",
    ["replace.10"],
    class extends Comparing {
      override areAlike(held: Uint8Array, expected: Uint8Array) {
        return super.areAlike(held.subarray(0, 4096), expected.subarray(0, 4096))
      }
    },
  ),
  mutant(
    "replaceIfEqual takes the holder of the new value for the one it was asked about",
    ["replace.2", "replace.3"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        const holdsNew = await super.replaceIfEqual(key, value, value, ttl)
        return holdsNew || super.replaceIfEqual(key, expected, value, ttl)
      }
    },
  ),
  mutant(
    "replaceIfEqual leaves entries with an expiry",
    ["replace.1", "replace.5", "replace.8"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        const immortal = this.find(key)?.expiry === Number.POSITIVE_INFINITY
        return immortal && super.replaceIfEqual(key, expected, value, ttl)
      }
    },
  ),
  mutant(
    "replaceIfEqual leaves the end of a longer value behind a shorter one",
    ["replace.1", "replace.10"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        return super.replaceIfEqual(key, expected, Buffer.concat([value, expected.subarray(value.length)]), ttl)
      }
    },
  ),
  mutant(
    "replaceIfEqual answers a number",
    ["replace.1", "replace.2", "replace.4", "replace.7", "replace.8", "replace.9", "replace.10"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        return Number(await super.replaceIfEqual(key, expected, value, ttl)) as never
      }
    },
  ),
  mutant(
    "replaceIfEqual renews the expiry of what it leaves",
    ["replace.3"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        const replaced = await super.replaceIfEqual(key, expected, value, ttl)
        if (!replaced) await this.touch(key, ttl)
        return replaced
      }
    },
  ),
  mutant(
    "replaceIfEqual stores where no entry is",
    ["replace.4", "replace.7", "races.16"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        return (await this.add(key, value, ttl)) || super.replaceIfEqual(key, expected, value, ttl)
      }
    },
  ),
  mutant(
    "replaceIfEqual answers true for nothing",
    ["replace.4", "replace.7"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        return this.find(key) === undefined || super.replaceIfEqual(key, expected, value, ttl)
      }
    },
  ),
  mutant(
    "replaceIfEqual forgets its ttl",
    ["replace.5", "replace.8"],
    class extends MapBackend {
      override replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array) {
        return super.replaceIfEqual(key, expected, value)
      }
    },
  ),
  mutant(
    "replaceIfEqual without a ttl keeps the expiry",
    ["replace.6"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        const expiry = this.find(key)?.expiry
        const replaced = await super.replaceIfEqual(key, expected, value, ttl)
        if (replaced && expiry !== undefined && ttl === undefined) this.put(key, value, expiry)
        return replaced
      }
    },
  ),
  mutant(
    "replaceIfEqual takes an expired entry for a live one",
    ["replace.7"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        const held = this.store.entries.get(key)?.value
        if (held === undefined || Buffer.compare(held, expected) !== 0) return false
        this.put(key, value, this.end(ttl))
        return true
      }
    },
  ),
  mutant(
    "replaceIfEqual answers how many values became different",
    ["replace.8"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        return (await super.replaceIfEqual(key, expected, value, ttl)) && Buffer.compare(expected, value) !== 0
      }
    },
  ),
  mutant(
    "replaceIfEqual has nothing to do for a value that replaces itself",
    ["replace.8"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        const held = this.find(key)?.value
        if (held !== undefined && Buffer.compare(held, expected) === 0 && Buffer.compare(held, value) === 0) return true
        return super.replaceIfEqual(key, expected, value, ttl)
      }
    },
  ),
  mutant(
    "replaceIfEqual replaces the value wherever the key is a beginning",
    ["replace.9"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        const replaced = await super.replaceIfEqual(key, expected, value, ttl)
        if (replaced) for await (const other of this.keys(`${key}:`)) await this.set(other, value, ttl)
        return replaced
      }
    },
  ),
  mutant(
    "replaceIfEqual drops the entry when the new value is too large",
    ["replace.11"],
    class extends MapBackend {
      override readonly capabilities = {
        shared: true,
        persistent: false,
        evicts: false,
        ttlResolution: 1,
        maxValueBytes: 100_000,
      }
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        if (value.length > 100_000) await this.delete(key)
        return super.replaceIfEqual(key, expected, value, ttl)
      }
    },
  ),
  mutant(
    "replaceIfEqual keeps the caller's buffer",
    ["bytes.6"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        const held = this.find(key)?.value
        if (held === undefined || Buffer.compare(held, expected) !== 0) return false
        this.store.entries.set(key, { value, expiry: this.end(ttl) })
        return true
      }
    },
  ),
  mutant(
    "replaceIfEqual compares, waits and stores",
    ["races.14", "races.15", "races.16"],
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        const held = await this.get(key)
        if (held === undefined || Buffer.compare(held, expected) !== 0) return false
        return this.set(key, value, ttl).then(() => true)
      }
    },
  ),
  mutant(
    "replaceIfEqual is atomic on one handle only",
    ["races.15"],
    class extends MapBackend {
      readonly #turns = new Turns()
      override replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        return this.#turns.take(async () => {
          const held = await this.get(key)
          if (held === undefined || Buffer.compare(held, expected) !== 0) return false
          return this.set(key, value, ttl).then(() => true)
        })
      }
    },
  ),
]

import { MapBackend, mapCapabilities } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"
import { Turns } from "../turns.js"

/** One call of `replaceIfEqual`. */
interface Call {
  readonly backend: MapBackend
  readonly key: string
  readonly expected: Uint8Array
  readonly value: Uint8Array
  readonly ttl: number | undefined
  /** The correct operation, with changed arguments. */
  right(changed?: { expected?: Uint8Array; value?: Uint8Array; ttl?: undefined }): Promise<boolean>
}

/** The mutant with this `replaceIfEqual`. */
function replacing(defect: string, breaks: readonly string[], replace: (call: Call) => Promise<boolean>): Mutant {
  return mutant(
    `replaceIfEqual ${defect}`,
    breaks,
    class extends MapBackend {
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        const call = { key, expected, value, ttl }
        const right: Call["right"] = (changed) => {
          const made = { ...call, ...changed }
          return super.replaceIfEqual(key, made.expected, made.value, made.ttl)
        }
        return replace({ ...call, backend: this, right })
      }
    },
  )
}

/** The mutant that also replaces values similar to the expected one. */
function comparing(
  defect: string,
  breaks: readonly string[],
  areAlike: (held: Uint8Array, expected: Uint8Array) => boolean,
): Mutant {
  return replacing(defect, breaks, async ({ backend, key, expected, right }) => {
    const held = backend.find(key)?.value
    return held !== undefined && areAlike(held, expected) && right({ expected: held })
  })
}

function areSame(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && Buffer.compare(one, other) === 0
}

function textOf(value: Uint8Array): string {
  return Buffer.from(value).toString("latin1")
}

/** Lets other calls run between the comparison and the write. */
async function compareWaitAndStore({ backend, key, expected, value, ttl }: Call): Promise<boolean> {
  if (!areSame(await backend.get(key), expected)) return false
  await backend.set(key, value, ttl)
  return true
}

const most = 100_000
const turns = new WeakMap<MapBackend, Turns>()

/** Defects of replaceIfEqual. */
export const replacingMutants: readonly Mutant[] = [
  comparing(
    "does not compare",
    ["replace.2", "replace.3", "replace.10", "races.7", "races.8", "races.14", "races.15", "races.16"],
    () => true,
  ),
  comparing(
    "ignores case",
    ["replace.2"],
    (held, expected) => textOf(held).toLowerCase() === textOf(expected).toLowerCase(),
  ),
  comparing(
    "ignores trailing spaces",
    ["replace.2"],
    (held, expected) => textOf(held).trimEnd() === textOf(expected).trimEnd(),
  ),
  comparing(
    "compares decoded text",
    ["replace.10"],
    (held, expected) => new TextDecoder().decode(held) === new TextDecoder().decode(expected),
  ),
  comparing("compares what comes first in a long value", ["replace.10"], (held, expected) =>
    areSame(held.subarray(0, 4096), expected.subarray(0, 4096)),
  ),
  replacing(
    "accepts an entry that already holds the new value",
    ["replace.2", "replace.3"],
    async ({ value, right }) => (await right({ expected: value })) || right(),
  ),
  replacing(
    "keeps entries with an expiry",
    ["replace.1", "replace.5", "replace.8"],
    async ({ backend, key, right }) => backend.find(key)?.expiry === Number.POSITIVE_INFINITY && right(),
  ),
  replacing(
    "keeps the end of a longer value after a shorter one",
    ["replace.1", "replace.10", "bytes.8"],
    ({ expected, value, right }) => right({ value: Buffer.concat([value, expected.subarray(value.length)]) }),
  ),
  replacing(
    "returns a number",
    ["replace.1", "replace.2", "replace.4", "replace.7", "replace.8", "replace.9", "replace.10"],
    async ({ right }) => Number(await right()) as never,
  ),
  replacing("renews the expiry of what it leaves", ["replace.3"], async ({ backend, key, ttl, right }) => {
    const replaced = await right()
    if (!replaced) await backend.touch(key, ttl)
    return replaced
  }),
  replacing(
    "stores without an entry",
    ["replace.4", "replace.7", "races.16"],
    async ({ backend, key, value, ttl, right }) => (await backend.add(key, value, ttl)) || right(),
  ),
  replacing(
    "returns true without an entry",
    ["replace.4", "replace.7"],
    async ({ backend, key, right }) => backend.find(key) === undefined || right(),
  ),
  replacing("forgets its ttl", ["expiry.2", "expiry.6", "replace.5", "replace.8", "ttl.6"], ({ right }) =>
    right({ ttl: undefined }),
  ),
  replacing("without a ttl keeps the expiry", ["replace.6"], async ({ backend, key, value, ttl, right }) => {
    const expiry = backend.find(key)?.expiry
    const replaced = await right()
    if (replaced && expiry !== undefined && ttl === undefined) backend.put(key, value, expiry)
    return replaced
  }),
  replacing("takes an expired entry for a live one", ["replace.7"], async ({ backend, key, expected, value, ttl }) => {
    if (!areSame(backend.store.entries.get(key)?.value, expected)) return false
    backend.put(key, value, backend.end(ttl))
    return true
  }),
  replacing(
    "returns how many values have changed",
    ["replace.8"],
    async ({ expected, value, right }) => (await right()) && !areSame(expected, value),
  ),
  replacing(
    "does nothing if both values are equal",
    ["replace.8"],
    async ({ backend, key, expected, value, right }) =>
      (areSame(expected, value) && areSame(backend.find(key)?.value, value)) || right(),
  ),
  replacing("replaces the values of longer keys, too", ["replace.9"], async ({ backend, key, value, ttl, right }) => {
    const replaced = await right()
    if (replaced) for await (const other of backend.keys(`${key}:`)) await backend.set(other, value, ttl)
    return replaced
  }),
  mutant(
    "replaceIfEqual deletes the entry if the new value is too large",
    ["replace.11"],
    class extends MapBackend {
      override readonly capabilities = { ...mapCapabilities, maxValueBytes: most }
      override async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        if (value.length > most) await this.delete(key)
        return super.replaceIfEqual(key, expected, value, ttl)
      }
    },
  ),
  replacing("keeps the caller's buffer", ["bytes.6"], async ({ backend, key, expected, value, ttl }) => {
    if (!areSame(backend.find(key)?.value, expected)) return false
    backend.store.entries.set(key, { value, expiry: backend.end(ttl) })
    return true
  }),
  replacing("compares, waits and stores", ["races.14", "races.15", "races.16"], compareWaitAndStore),
  replacing("is atomic on one handle only", ["races.15"], (call) => {
    const own = turns.get(call.backend) ?? new Turns()
    turns.set(call.backend, own)
    return own.take(() => compareWaitAndStore(call))
  }),
]

import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { byteCodec, Cache } from "@larder/core"
import { FilesystemBackend } from "@larder/filesystem"
import { LocmemBackend } from "@larder/locmem"
import { MemoryBus, TieredBackend } from "@larder/tiered"
import { BentoCache, bentostore } from "bentocache"
import { fileDriver } from "bentocache/drivers/file"
import { memoryDriver } from "bentocache/drivers/memory"
import { Cacheable } from "cacheable"
import { Keyv } from "keyv"

const KEYS = 1_000
const keys = Array.from({ length: KEYS }, (_, index) => `article:${index}`)
const value = { id: 7, title: "State of the Union", year: 1862, words: 8_410 }
const hundred = keys.slice(0, 100)

const directory = mkdtempSync(join(tmpdir(), "larder-bench-tiered-"))
process.on("exit", () => rmSync(directory, { recursive: true, force: true }))

export const title = "Two tiers: the cost of a near hit"
export const note =
  "Nanoseconds per awaited call, for 1,000 keys and a small object of four fields, all of them near. Those marked * copy or " +
  "encode values on write and read. `guarded`: the far store is declared remote, so its calls have a time limit and a " +
  "breaker. `backend get` calls the backend without `Cache`, so nothing is decoded."
export const baseline = "Larder, locmem alone *"
export const operations = ["get hit", "getOrSet hit", "getMany of 100", "backend get"]

/** The operations of a contender with get and set, once all keys are near. */
async function measured({ get, set, getOrSet, getMany, backendGet }) {
  for (const key of keys) await set(key)
  if ((await get(keys[3]))?.year !== 1862 || (await getOrSet(keys[4]))?.year !== 1862)
    throw new Error("This contender does not return what was stored")
  return {
    "get hit": (call) => get(keys[call % KEYS]),
    "getOrSet hit": (call) => getOrSet(keys[call % KEYS]),
    ...(getMany && { "getMany of 100": () => getMany(hundred) }),
    ...(backendGet && { "backend get": backendGet }),
  }
}

async function larder(backend) {
  const cache = new Cache(backend, { keyPrefix: "news", timeout: "1h" })
  const rawKeys = keys.map((key) => `raw:${key}`)
  const stored = (backend.codec ?? byteCodec).encode(value)
  for (const key of rawKeys) await backend.set(key, stored, 3_600_000)
  return measured({
    get: (key) => cache.get(key),
    set: (key) => cache.set(key, value),
    getOrSet: (key) => cache.getOrSet(key, () => value),
    getMany: (many) => cache.getMany(many),
    backendGet: (call) => backend.get(rawKeys[call % KEYS]),
  })
}

function bento(serialize, store) {
  const layers = bentostore().useL1Layer(memoryDriver({ maxItems: 10_000, serialize }))
  const cache = new BentoCache({ default: "main", ttl: "1h", stores: { main: store(layers) } })
  return measured({
    get: (key) => cache.get({ key }),
    set: (key) => cache.set({ key, value }),
    getOrSet: (key) => cache.getOrSet({ key, factory: () => value }),
  })
}

function cacheable(options) {
  const cache = new Cacheable({ ttl: "1h", ...options })
  return measured({
    get: (key) => cache.get(key),
    set: (key) => cache.set(key, value),
    getOrSet: (key) => cache.getOrSet(key, async () => value),
    getMany: (many) => cache.getMany(many),
  })
}

const near = (isolation) => new LocmemBackend({ maxEntries: 10_000, isolation })
const tiers = { bus: new MemoryBus(), nearTtl: 3_600_000 }
const files = () => new FilesystemBackend({ directory })
const overFiles = (layers) => layers.useL2Layer(fileDriver({ directory }))

/** The same store, declared remote. */
function guarded(far) {
  return Object.assign(far, { capabilities: { ...far.capabilities, remote: true } })
}

export const contenders = {
  "Larder, locmem alone *": () => larder(near()),
  "Larder, locmem over files *": () => larder(new TieredBackend(near(), files(), tiers)),
  "Larder, locmem over files, guarded *": () => larder(new TieredBackend(near(), guarded(files()), tiers)),
  "Larder, locmem over locmem *": () => larder(new TieredBackend(near(), near(), tiers)),
  "Larder, freeze, over files": () => larder(new TieredBackend(near("freeze"), files(), tiers)),
  "Larder, reference, over files": () => larder(new TieredBackend(near("reference"), files(), tiers)),
  "bentocache, memory alone *": () => bento(true, (layers) => layers),
  "bentocache, memory over files *": () => bento(true, overFiles),
  "bentocache without serialisation, over files": () => bento(false, overFiles),
  "cacheable, memory alone *": () => cacheable({}),
  "cacheable, memory over memory *": () => cacheable({ secondary: new Keyv() }),
}

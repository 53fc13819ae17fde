import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Cache } from "@larder/core"
import { FilesystemBackend } from "@larder/filesystem"
import { LocmemBackend } from "@larder/locmem"
import { MemoryBus, TieredBackend } from "@larder/tiered"
import { BentoCache, bentostore } from "bentocache"
import { fileDriver } from "bentocache/drivers/file"
import { memoryDriver } from "bentocache/drivers/memory"

const KEYS = 1_000
const keys = Array.from({ length: KEYS }, (_, index) => `article:${index}`)
const value = { id: 7, title: "State of the Union", year: 1862, words: 8_410 }
const hundred = keys.slice(0, 100)

const directory = mkdtempSync(join(tmpdir(), "larder-bench-tiered-"))
process.on("exit", () => rmSync(directory, { recursive: true, force: true }))

export const title = "Two tiers: what a hit near costs"
export const note =
  "Nanoseconds of one awaited call, 1,000 keys, a small object of four fields, all of it near: memory in front of files. " +
  "`backend get` is below `Cache`, where nothing is decoded."
export const baseline = "Larder, locmem alone"
export const operations = ["get hit", "backend get", "getOrSet hit", "getMany of 100"]

/** The operations of a cache of ours, when all keys are near. */
async function larder(backend) {
  const cache = new Cache(backend, { keyPrefix: "news", timeout: "1h" })
  await cache.setMany(keys.map((key) => [key, value]))
  const finalKeys = keys.map((key) => `news:1:${key}`)
  if ((await cache.get(keys[3]))?.year !== 1862 || (await backend.get(finalKeys[3])) === undefined)
    throw new Error("This contender does not answer what was stored")
  return {
    "get hit": (call) => cache.get(keys[call % KEYS]),
    "backend get": (call) => backend.get(finalKeys[call % KEYS]),
    "getOrSet hit": (call) => cache.getOrSet(keys[call % KEYS], () => value),
    "getMany of 100": () => cache.getMany(hundred),
  }
}

async function bento(store) {
  const cache = new BentoCache({ default: "main", ttl: "1h", stores: { main: store } })
  for (const key of keys) await cache.set({ key, value })
  if ((await cache.get({ key: keys[3] }))?.year !== 1862)
    throw new Error("This contender does not answer what was stored")
  return {
    "get hit": (call) => cache.get({ key: keys[call % KEYS] }),
    "getOrSet hit": (call) => cache.getOrSet({ key: keys[call % KEYS], factory: () => value }),
  }
}

const near = () => new LocmemBackend({ maxEntries: 10_000 })
const tiers = { bus: new MemoryBus(), nearTtl: 3_600_000 }

export const contenders = {
  "Larder, locmem alone": () => larder(near()),
  "Larder, locmem over files": () => larder(new TieredBackend(near(), new FilesystemBackend({ directory }), tiers)),
  "Larder, locmem over locmem": () => larder(new TieredBackend(near(), new LocmemBackend(), tiers)),
  "bentocache, memory over files": () =>
    bento(
      bentostore()
        .useL1Layer(memoryDriver({ maxItems: 10_000 }))
        .useL2Layer(fileDriver({ directory })),
    ),
  "bentocache, memory alone": () => bento(bentostore().useL1Layer(memoryDriver({ maxItems: 10_000 }))),
}

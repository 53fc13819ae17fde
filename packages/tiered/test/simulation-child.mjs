// One process of the simulation: writes its own keys, reads everybody's, and reports both with the time of the machine.
import { setTimeout as wait } from "node:timers/promises"
import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { RedisBackend } from "@larder/redis"
import { TieredBackend } from "@larder/tiered"
import { RedisBus } from "@larder/tiered/redis"
import { createClient } from "@redis/client"

const { url, busUrl, farUrl, channel, nearTtl, keyPrefix, keys, ownKeys, seed } = JSON.parse(process.argv[2])

const bus = new RedisBus({ client: createClient({ url: busUrl }), channel, connectTimeout: 0.5, replyTimeout: 0.2 })
// What is written in an outage may be done long after the call has failed, and a version then comes back that nobody
// expects. So who writes has a connection of its own, and what readers are cut off from is not.
const tiers = (far) => new TieredBackend(new LocmemBackend(), far, { bus, nearTtl })
const writer = new Cache(tiers(new RedisBackend({ url })), { keyPrefix, onError: "throw", operationTimeout: null })
const far = new RedisBackend({ url: farUrl, connectTimeout: 0.5, replyTimeout: 0.2 })
const reader = new Cache(tiers(far), { keyPrefix, operationTimeout: 0.3 })
// A cache on the same tiers, which keeps what is near in another way.
const bytesReader = new Cache(reader.backend, {
  keyPrefix,
  serializer: {
    encode: (value) => Buffer.from(JSON.stringify(value)),
    decode: (bytes) => JSON.parse(bytes.toString()),
  },
})

let random = seed
function next(bound) {
  random = (random * 48271) % 0x7fff_ffff
  return random % bound
}

/** Milliseconds, by a clock that all processes of a machine share. */
function now() {
  return Number(process.hrtime.bigint()) / 1e6
}

const log = { reads: [], writes: [] }

function note(key, value, start) {
  // A store that does not answer has nothing; what is there is never older than the bound.
  if (value !== undefined) log.reads.push([key, value, start])
}

async function read(cache, key) {
  const start = now()
  note(key, await cache.get(key), start)
}

async function readMany(cache, several) {
  const start = now()
  for (const [key, value] of await cache.getMany(several)) note(key, value, start)
}

// Nobody else writes them: their versions grow one by one, through restarts too.
const versions = new Map()
for (const key of ownKeys) versions.set(key, (await writer.get(key)) ?? 0)

async function write(key) {
  const version = versions.get(key) + 1
  versions.set(key, version)
  // One way in four is a count in the far store, which leaves nothing near.
  if (next(4) === 0 && version > 1) await writer.incr(key)
  else await writer.set(key, version)
  log.writes.push([key, version, now()])
}

let running = true
process.on("message", () => {
  running = false
})
process.on("disconnect", () => process.exit())

async function readers() {
  while (running) {
    const cache = [writer, reader, reader, bytesReader][next(4)]
    if (next(5) === 0) await readMany(cache, keys)
    else await read(cache, keys[next(keys.length)])
    if (next(8) === 0) await wait(next(4))
  }
}

async function writers() {
  while (running) {
    await write(ownKeys[next(ownKeys.length)])
    await wait(next(120))
  }
}

async function reports() {
  while (running) {
    await wait(50)
    process.send({ ...log })
    log.reads = []
    log.writes = []
  }
}

process.send({ ready: true })
await Promise.all([readers(), readers(), readers(), writers(), reports()])
process.send({ ...log })
await Promise.all([writer.close(), reader.close()])
process.disconnect()

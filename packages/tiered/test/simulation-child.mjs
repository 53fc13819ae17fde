// One process of the simulation: writes its own keys, reads everybody's, and reports both with the time of the machine.
import { setTimeout as wait } from "node:timers/promises"
import { LocmemBackend } from "@larder/locmem"
import { RedisBackend } from "@larder/redis"
import { TieredBackend } from "@larder/tiered"
import { RedisBus } from "@larder/tiered/redis"
import { createClient } from "@redis/client"

const { url, busUrl, channel, nearTtl, keys, ownKeys, seed } = JSON.parse(process.argv[2])

const bus = new RedisBus({ client: createClient({ url: busUrl }), channel, connectTimeout: 0.5, replyTimeout: 0.2 })
const far = new RedisBackend({ url })
const backend = new TieredBackend(new LocmemBackend(), far, { bus, nearTtl })

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

async function read(key) {
  const start = now()
  const value = await backend.get(key)
  log.reads.push([key, value === undefined ? 0 : Number(Buffer.from(value).toString()), start])
}

async function readMany(several) {
  const start = now()
  const values = await backend.getMany(several)
  for (const [index, key] of several.entries()) {
    const value = values[index]
    log.reads.push([key, value === undefined ? 0 : Number(Buffer.from(value).toString()), start])
  }
}

// Nobody else writes them: their versions grow one by one, through restarts too.
const versions = new Map()
for (const key of ownKeys) versions.set(key, Number(Buffer.from((await far.get(key)) ?? "0").toString()))

async function write(key) {
  const version = versions.get(key) + 1
  versions.set(key, version)
  const value = Buffer.from(String(version))
  // One way in four is a count in the far store, which leaves nothing near.
  if (next(4) === 0 && version > 1) await backend.incr(key, 1)
  else await backend.set(key, value)
  log.writes.push([key, version, now()])
}

let running = true
process.on("message", () => {
  running = false
})
process.on("disconnect", () => process.exit())

async function readers() {
  while (running) {
    if (next(5) === 0) await readMany(keys)
    else await read(keys[next(keys.length)])
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
await Promise.all([readers(), readers(), writers(), reports()])
process.send({ ...log, stats: { hits: (await backend.stats()).hits, isConnected: bus.isConnected } })
await backend.close()
process.disconnect()

// One process of the simulation: writes its own keys, reads everybody's, and reports both with the time of the machine.
import { setTimeout as wait } from "node:timers/promises"
import { Cache } from "@larder/core"
import { FilesystemBackend } from "@larder/filesystem"
import { LocmemBackend } from "@larder/locmem"
import { RedisBackend } from "@larder/redis"
import { TieredBackend } from "@larder/tiered"
import { RedisBus } from "@larder/tiered/redis"
import { createClient } from "@redis/client"

const { url, busUrl, farUrl, directory, channel, nearTtl, keyPrefix, keys, ownKeys, seed } = JSON.parse(process.argv[2])

const bus =
  directory === undefined
    ? new RedisBus({ client: createClient({ url: busUrl }), channel, connectTimeout: 0.5, replyTimeout: 0.2 })
    : undefined
// What is written in an outage may be done long after the call has failed, and a version then comes back that nobody
// expects. So who writes has a connection of its own, and what readers are cut off from is not.
const stores =
  directory === undefined
    ? [new RedisBackend({ url }), new RedisBackend({ url: farUrl, connectTimeout: 0.5, replyTimeout: 0.2 })]
    : [new FilesystemBackend({ directory }), new FilesystemBackend({ directory })]
const [writingTiers, readingTiers] = stores.map(
  (far) => new TieredBackend(new LocmemBackend(), far, { nearTtl, ...(bus !== undefined && { bus }) }),
)

/** Each way to use tiers, as a function of the key prefix. The last one keeps what is near in another way. */
const uses = [
  (prefix) => new Cache(writingTiers, { keyPrefix: prefix, onError: "throw", operationTimeout: null }),
  (prefix) => new Cache(readingTiers, { keyPrefix: prefix, operationTimeout: 0.3 }),
  (prefix) =>
    new Cache(readingTiers, {
      keyPrefix: prefix,
      serializer: {
        encode: (value) => Buffer.from(JSON.stringify(value)),
        decode: (bytes) => JSON.parse(bytes.toString()),
      },
    }),
].map((use) => {
  const whole = use(keyPrefix)
  const cleared = new Map(keys.map((key) => [key, use(`${keyPrefix}-${key.replace(":", "-")}`)]))
  return { whole, cleared }
})
const [writer, reader, bytesReader] = uses

/** How a key of each kind is reached and written, and how its value is made unreachable. */
const kinds = {
  plain: {
    view: ({ whole }) => whole,
    remove: (view, key) => view.delete(key),
  },
  tagged: {
    view: ({ whole }) => whole,
    options: (key) => ({ tags: [key] }),
    remove: (view, key) => view.invalidateTags([key]),
  },
  named: {
    view: ({ whole }, key) => whole.namespace(key),
    remove: (view) => view.clear(),
  },
  cleared: {
    view: ({ cleared }, key) => cleared.get(key),
    remove: (view) => view.clear(),
  },
}

function kindOf(key) {
  return kinds[key.split(":")[0]]
}

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

async function read(use, key) {
  const start = now()
  note(key, await kindOf(key).view(use, key).get(key), start)
}

async function readMany({ whole }) {
  const start = now()
  const several = keys.filter((key) => !key.startsWith("named") && !key.startsWith("cleared"))
  for (const [key, value] of await whole.getMany(several)) note(key, value, start)
}

// Nobody else writes them. Versions are counted in the far store, because they grow through restarts and removals, too.
const versions = new Map()
for (const key of ownKeys) await writer.whole.add(`version:${key}`, 0, null)

async function write(key) {
  const { view, options, remove } = kindOf(key)
  const previous = versions.get(key)
  const version = await writer.whole.incr(`version:${key}`)
  const way = next(4)
  // A count in the far store leaves nothing near.
  if (way === 0 && key.startsWith("plain") && previous !== undefined) {
    await view(writer, key).incr(key, version - previous)
    versions.set(key, version)
  } else if (way === 1) {
    await remove(view(writer, key), key)
    versions.delete(key)
  } else {
    await view(writer, key).set(key, version, options?.(key))
    versions.set(key, version)
  }
  log.writes.push([key, version, now()])
}

let running = true
process.on("message", () => {
  running = false
})
process.on("disconnect", () => process.exit())

async function readers() {
  while (running) {
    const use = [writer, reader, reader, bytesReader][next(4)]
    if (next(5) === 0) await readMany(use)
    else await read(use, keys[next(keys.length)])
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
await Promise.all([writingTiers.close(), readingTiers.close()])
process.disconnect()

import { randomUUID } from "node:crypto"
import { testBackend, testCache } from "@larder/conformance/vitest"
import { LocmemBackend } from "@larder/locmem"
import { RedisBackend } from "@larder/redis"
import { createClient } from "@redis/client"
import { MemoryBus, TieredBackend } from "../src/index.js"
import { RedisBus } from "../src/redis.js"
import { eventually } from "./eventually.js"
import { server, url } from "./test-server.js"

const channel = `larder:tiered:${randomUUID()}`
const bus = new RedisBus({ client: createClient({ url }), channel })

async function create(): Promise<TieredBackend> {
  const backend = new TieredBackend(new LocmemBackend(), new RedisBackend({ url }), { bus })
  await eventually(() => bus.isConnected)
  return backend
}

const module = new URL("redis-tiers.mjs", import.meta.url)
testBackend("locmem over redis, with a bus", { create, child: { module, data: { url, channel } } })
testCache("locmem over redis, with a bus", { create })

// A near hit while the far store is down is what a near store is for, and no failure of the far one. So that the clauses
// about faults meet the far store, nothing stays near long enough here. A millisecond is still long enough for another
// handle's write, so there is a bus.
const memoryBus = new MemoryBus()
testBackend("locmem over redis, where near entries do not last", {
  create: () => new TieredBackend(new LocmemBackend(), new RedisBackend({ url }), { nearTtl: 1, bus: memoryBus }),
  remote: {
    ...server,
    create: ({ host, port }) => {
      const far = new RedisBackend({ url: `redis://${host}:${port}`, connectTimeout: 2, replyTimeout: 1 })
      return new TieredBackend(new LocmemBackend(), far, { nearTtl: 1, bus: new MemoryBus() })
    },
  },
})

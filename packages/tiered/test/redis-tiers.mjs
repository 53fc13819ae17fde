// Two tiers over a Redis server with a bus of it, as plain JavaScript: for child processes, too.
import { setTimeout as wait } from "node:timers/promises"
import { LocmemBackend } from "@larder/locmem"
import { RedisBackend } from "@larder/redis"
import { TieredBackend } from "@larder/tiered"
import { RedisBus } from "@larder/tiered/redis"
import { createClient } from "@redis/client"

export async function create({ url, channel }) {
  const bus = new RedisBus({ client: createClient({ url }), channel })
  const backend = new TieredBackend(new LocmemBackend(), new RedisBackend({ url }), { bus })
  // Until then, what others change is only bounded by nearTtl.
  while (!bus.isConnected) await wait(5)
  return backend
}

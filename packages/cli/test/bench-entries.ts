import type { RedisBackend } from "@larder/redis"

/** How many entries of benchmarks, in caches without a prefix, there are. */
export async function countBenchEntries(backend: RedisBackend): Promise<number> {
  let count = 0
  for await (const _ of backend.keys(":1:larder-bench-")) count += 1
  return count
}

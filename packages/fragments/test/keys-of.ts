import type { Cache } from "@larder/core"

export async function keysOf(cache: Cache): Promise<string[]> {
  const keys = []
  for await (const key of cache.keys()) keys.push(key)
  return keys
}

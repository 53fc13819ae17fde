import { RedisBackend } from "@larder/redis"

export function create(options) {
  return new RedisBackend(options)
}

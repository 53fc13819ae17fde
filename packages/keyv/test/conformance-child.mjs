import KeyvRedis from "@keyv/redis"
import { KeyvBackend } from "@larder/keyv"

export function create(url) {
  return new KeyvBackend(() => new KeyvRedis(url, { throwOnErrors: true }), { persistent: true })
}

export type {
  RedisBackendOptions,
  RedisClientOptions,
  RedisClusterOptions,
  RedisSentinelOptions,
  RedisServerOptions,
  TlsOptions,
} from "./backend-options.js"
export type { KeyvRedisClient, RedisClient } from "./given-client.js"
export type { IoredisClient, IoredisCluster } from "./ioredis.js"
export { RedisConnectionError } from "./located-error.js"
export type { NodeRedisClient, NodeRedisCluster, NodeRedisSentinel } from "./node-redis.js"
export { RedisBackend } from "./redis-backend.js"
export { fromUrl } from "./redis-url.js"

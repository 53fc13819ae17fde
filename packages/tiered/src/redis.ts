export { RedisBus } from "./redis-bus.js"
export type { RedisBusOptions } from "./redis-bus-options.js"
export type { RedisClient } from "./redis-client.js"

export type { MemcachedBackendOptions } from "./backend-options.js"
export { MemcachedBackend } from "./memcached-backend.js"
export { MemcachedError, type MemcachedErrorCode } from "./memcached-error.js"
export { fromUrl } from "./memcached-url.js"

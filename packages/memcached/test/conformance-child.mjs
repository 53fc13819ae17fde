import { MemcachedBackend } from "@larder/memcached"

export function create(options) {
  return new MemcachedBackend(options)
}

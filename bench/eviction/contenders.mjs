import { LRUCache } from "lru-cache"
import { Lru } from "./policies/lru.mjs"
import { S3Fifo } from "./policies/s3-fifo.mjs"
import { Sieve } from "./policies/sieve.mjs"
import { WTinyLfu } from "./policies/w-tinylfu.mjs"

/** Each creates a cache of `capacity` entries with `get(key)`, `undefined` for a miss, and `set(key, value)` for a new key. */
export const contenders = [
  { name: "LRU", make: (capacity) => new Lru(capacity) },
  { name: "lru-cache", make: (capacity) => new LRUCache({ max: capacity }) },
  { name: "SIEVE", make: (capacity) => new Sieve(capacity) },
  { name: "S3-FIFO, 2 hits", make: (capacity) => new S3Fifo(capacity, 2) },
  { name: "S3-FIFO, 1 hit", make: (capacity) => new S3Fifo(capacity, 1) },
  { name: "W-TinyLFU", make: (capacity) => new WTinyLfu(capacity) },
]

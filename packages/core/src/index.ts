export type { Backend, BackendStats, Capabilities, Codec, Entry, Milliseconds } from "./backend.js"
export { byteCodec, type Serializer } from "./byte-codec.js"
export {
  Cache,
  type GetOptions,
  type GetOrSetOptions,
  type KeyVersionOptions,
  type WriteOptions,
} from "./cache.js"
export type { CacheOptions } from "./cache-options.js"
export type { FailurePolicy } from "./calls.js"
export { type CacheSettings, type Caches, type CachesControl, createCaches } from "./create-caches.js"
export { DummyBackend } from "./dummy-backend.js"
export {
  BackendError,
  CacheError,
  type CacheErrorCode,
  type CacheErrorDetails,
  ClosedError,
  ConfigurationError,
  DecodeError,
  InvalidKeyError,
  KeyNotFoundError,
  NotSupportedError,
  SerializationError,
  UnknownAliasError,
} from "./errors.js"
export type { Producer, ProducerContext } from "./get-or-set.js"
export { defaultKeyFunction, hashedKeyFunction, type KeyFunction } from "./keys.js"
export { type Duration, type Timeout, toTtl } from "./timeout.js"
export { type Operation, type OperationName, operations } from "./tracing.js"

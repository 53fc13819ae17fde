export type {
  Backend,
  BackendStats,
  Capabilities,
  Codec,
  CopyingBackend,
  CopyTerms,
  Entry,
  Finding,
  Milliseconds,
} from "./backend.js"
export { byteCodec, type Serializer } from "./byte-codec.js"
export { Cache } from "./cache.js"
export type { CacheOptions } from "./cache-options.js"
export type {
  GetOptions,
  GetOrSetManyOptions,
  GetOrSetOptions,
  KeyVersionOptions,
  SetOptions,
  Strings,
  WriteOptions,
} from "./call-options.js"
export type { FailurePolicy } from "./calls.js"
export type { CompressionAlgorithm, CompressionOptions } from "./compression.js"
export { type CacheSettings, type Caches, type CachesControl, createCaches } from "./create-caches.js"
export { DummyBackend } from "./dummy-backend.js"
export {
  BackendError,
  CacheError,
  type CacheErrorCode,
  type CacheErrorDetails,
  ClosedError,
  ConfigurationError,
  DeadlockError,
  DecodeError,
  InvalidKeyError,
  KeyNotFoundError,
  LockError,
  NotSupportedError,
  ProducerTimeoutError,
  SerializationError,
  UnknownAliasError,
} from "./errors.js"
export type { ManyProducer, ManyProducerContext } from "./get-or-set-many.js"
export { keyOf } from "./key-of.js"
export { defaultKeyFunction, hashedKeyFunction, type KeyFunction } from "./keys.js"
export type { HeldLock, LockOptions } from "./lock.js"
export { maskUrl, maskUrls } from "./mask-urls.js"
export type { Producer, ProducerContext } from "./producer.js"
export type { LeaseOptions, RefreshOptions } from "./refresh-policy.js"
export type { SigningOptions } from "./signature.js"
export type { TagSnapshot } from "./tags.js"
export { type Duration, type Timeout, toTtl } from "./timeout.js"
export {
  type Operation,
  type OperationName,
  type OperationSubscribers,
  type OperationsChannel,
  operations,
} from "./tracing.js"
export type { WrapOptions, Wrapped } from "./wrap.js"

import type { Backend, Milliseconds } from "./backend.js"
import { byteCodec } from "./byte-codec.js"
import type { Calls } from "./calls.js"
import { describeValue } from "./describe-value.js"
import { LockError, NotSupportedError } from "./errors.js"
import type { Keys } from "./keys.js"
import { granted } from "./late-grant.js"
import { onAbort } from "./on-abort.js"
import { NOT_KEPT, type Timeout, toTtl } from "./timeout.js"
import { randomToken } from "./tokens.js"

export interface LockOptions {
  /** When the lock expires if its holder does not release it. Default: 30 seconds. */
  readonly timeout?: Timeout | undefined
  /** How long to wait if the lock is held. `0`: not at all; `null`: for ever. Default: 10 seconds. */
  readonly wait?: Timeout | undefined
  /** Ends the wait with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A lock that this process holds. `await using held = await cache.lock("import")` releases it at the end of the block.
 *
 * It excludes others until it times out, as long as the store neither loses nor evicts the entry. That is enough to avoid
 * duplicate work and, with `fence`, to stop a holder that was suspended beyond the timeout from doing harm. It is not
 * consensus: a store that fails over to a replica may grant one lock twice.
 */
export interface HeldLock extends AsyncDisposable {
  readonly name: string
  /**
   * A fencing token: larger than that of every earlier holder. A resource that remembers the largest token it has seen can
   * reject a holder whose lock has expired. `undefined` if the backend lacks `incr`.
   */
  readonly fence: number | undefined
  /** Restarts the timeout; resolves to false if the lock was lost. Requires a backend with `replaceIfEqual`. */
  extend(timeout?: Timeout): Promise<boolean>
  /** Releases the lock; resolves to false if it was lost, and may have another holder. Releasing again does nothing. */
  release(): Promise<boolean>
}

interface LockParts {
  readonly backend: Backend<unknown>
  readonly calls: Calls
  readonly keys: Keys
}

const DEFAULT_TIMEOUT: Timeout = 30
const DEFAULT_WAIT: Timeout = 10
const SHORTEST_PAUSE: Milliseconds = 10
const LONGEST_PAUSE: Milliseconds = 250
/** A lock that was not acquired for this long starts a new count, at a larger number. */
const FENCE_TTL: Milliseconds = 30 * 86_400_000

/** Waits for the lock and acquires it. */
export async function acquireLock(
  parts: LockParts,
  path: readonly string[],
  name: string,
  options: LockOptions = {},
): Promise<HeldLock> {
  if (typeof name !== "string" || name === "")
    throw new TypeError(`A lock must have a non-empty name; got ${describeValue(name)}`)
  const { backend, calls, keys } = parts
  const { add, deleteIfEqual } = backend
  if (add === undefined || deleteIfEqual === undefined) {
    const missing = add === undefined ? "add" : "deleteIfEqual"
    throw new NotSupportedError(`the ${backend.name} backend has no ${missing}`, {
      operation: "lock",
      backend: backend.name,
    })
  }
  const { timeout = DEFAULT_TIMEOUT, wait: longest = DEFAULT_WAIT } = options
  const ttl = ttlOf(timeout)
  const wait = toTtl(longest) ?? Number.POSITIVE_INFINITY
  const lockKey = keys.reserved("l", [...path, name])
  const owner = (backend.codec ?? byteCodec).encode(randomToken())
  const free = (): Promise<boolean> => deleteIfEqual.call(backend, lockKey, owner)
  const take = (): Promise<boolean> => add.call(backend, lockKey, owner, ttl)
  const start = Date.now()
  for (let pause = SHORTEST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    options.signal?.throwIfAborted()
    if (await granted(calls, name, take, (taken) => taken && free())) break
    const left = start + wait - Date.now()
    if (left <= 0) throw new LockError(name, wait)
    await sleep(Math.min(left, pause * (0.5 + Math.random())), options.signal)
  }
  try {
    const fence = await nextFence(parts, keys.reserved("f", [...path, name]), name)
    return new StoredLock(parts, name, lockKey, owner, fence, ttl)
  } catch (error) {
    await calls.run("lock", [name], free).catch(() => undefined)
    throw error
  }
}

class StoredLock implements HeldLock {
  readonly name: string
  readonly fence: number | undefined
  readonly #parts: LockParts
  readonly #lockKey: string
  readonly #owner: unknown
  readonly #ttl: Milliseconds
  #released: Promise<boolean> | undefined

  constructor(
    parts: LockParts,
    name: string,
    lockKey: string,
    owner: unknown,
    fence: number | undefined,
    ttl: Milliseconds,
  ) {
    this.#parts = parts
    this.name = name
    this.#lockKey = lockKey
    this.#owner = owner
    this.fence = fence
    this.#ttl = ttl
  }

  async extend(timeout?: Timeout): Promise<boolean> {
    const { backend, calls } = this.#parts
    const { replaceIfEqual } = backend
    if (replaceIfEqual === undefined) {
      throw new NotSupportedError(`the ${backend.name} backend has no replaceIfEqual`, {
        operation: "extend of a lock",
        backend: backend.name,
      })
    }
    if (this.#released !== undefined) return false
    const ttl = timeout === undefined ? this.#ttl : ttlOf(timeout)
    return calls.run("lock", [this.name], () =>
      replaceIfEqual.call(backend, this.#lockKey, this.#owner, this.#owner, ttl),
    )
  }

  release(): Promise<boolean> {
    this.#released ??= this.#release()
    return this.#released
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release()
  }

  async #release(): Promise<boolean> {
    const { backend, calls } = this.#parts
    const free = (): Promise<boolean> => backend.deleteIfEqual?.(this.#lockKey, this.#owner) ?? Promise.resolve(false)
    try {
      return await calls.run("lock", [this.name], free)
    } catch (error) {
      // So that it can be tried again.
      this.#released = undefined
      throw error
    }
  }
}

/** The count starts at the current time, so that it grows even if the store lost it. */
async function nextFence({ backend, calls }: LockParts, fenceKey: string, name: string): Promise<number | undefined> {
  const { add, incr } = backend
  if (add === undefined || incr === undefined) return undefined
  return calls.run("lock", [name], async () => {
    const next = await incr.call(backend, fenceKey, 1)
    if (next !== undefined) return next
    await add.call(backend, fenceKey, (backend.codec ?? byteCodec).encode(Date.now()), FENCE_TTL)
    return incr.call(backend, fenceKey, 1)
  })
}

function ttlOf(timeout: Timeout): Milliseconds {
  const ttl = toTtl(timeout)
  if (ttl === undefined || ttl === NOT_KEPT) {
    throw new TypeError(`The timeout of a lock must be finite and longer than zero; got ${describeValue(timeout)}`)
  }
  return ttl
}

function sleep(time: Milliseconds, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stopWaiting?.()
      resolve()
    }, time)
    const stopWaiting =
      signal &&
      onAbort(signal, () => {
        clearTimeout(timer)
        reject(signal.reason)
      })
  })
}

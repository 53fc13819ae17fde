import type { Backend, Milliseconds } from "./backend.js"
import { describeValue } from "./describe-value.js"
import { NotSupportedError } from "./errors.js"
import { NOT_KEPT, type Timeout, toTtl } from "./timeout.js"

/** How processes coordinate while a value is computed. */
export interface LeaseOptions {
  /**
   * When the lease of a process that died while computing expires; a living process renews it while callers wait. Default: 10
   * seconds.
   */
  readonly lease?: Timeout | undefined
  /** How long to wait for another process's value before it is computed here too, and not stored. Default: 10 seconds. */
  readonly wait?: Timeout | undefined
}

/** When and how `getOrSet` recomputes a value. As options of a cache, the defaults for each call, which can turn each off. */
export interface RefreshOptions {
  /** How long after its timeout a value is still returned, while it is refreshed in the background. Default: 0, not at all. */
  readonly staleFor?: Timeout | undefined
  /**
   * How long after its timeout a value is returned if the producer fails, or is slower than `timeoutSoft`. Default: 0, not at
   * all.
   */
  readonly staleIfError?: Timeout | undefined
  /**
   * Refreshes in the background before the timeout, with a probability that increases towards it and with the cost of the
   * producer (XFetch: Vattani, Chierichetti, Lowenstein, 2015). Default: false.
   */
  readonly early?: boolean | undefined
  /** One producer across processes, by a lease. Requires a backend with `add`, `deleteIfEqual` and `replaceIfEqual`. Default: false. */
  readonly lock?: boolean | LeaseOptions | undefined
  /**
   * How long to wait for the producer if there is a stale value to return instead; requires `staleIfError`. Default: `null`, no
   * limit.
   */
  readonly timeoutSoft?: Timeout | undefined
  /**
   * How long to wait for the producer in any case, before the call rejects with a `ProducerTimeoutError`. Default: `null`, no
   * limit.
   */
  readonly timeoutHard?: Timeout | undefined
}

export const refreshOptionNames = ["staleFor", "staleIfError", "early", "lock", "timeoutSoft", "timeoutHard"] as const

/** The options, checked and in milliseconds. */
export interface RefreshPolicy {
  readonly staleFor: Milliseconds
  readonly staleIfError: Milliseconds
  readonly early: boolean
  readonly lock: { readonly lease: Milliseconds; readonly wait: Milliseconds } | undefined
  readonly timeoutSoft: Milliseconds | undefined
  readonly timeoutHard: Milliseconds | undefined
}

const noRefresh: RefreshPolicy = {
  staleFor: 0,
  staleIfError: 0,
  early: false,
  lock: undefined,
  timeoutSoft: undefined,
  timeoutHard: undefined,
}

const DEFAULT_LEASE: Milliseconds = 10_000
const DEFAULT_LEASE_WAIT: Milliseconds = 10_000

/**
 * The policy of a call: its options on top of those of the cache. `ttl` is the timeout of the call. Throws a `TypeError` for
 * options that contradict each other, a `NotSupportedError` if the backend does not support `lock`.
 */
export function refreshPolicy(
  options: RefreshOptions,
  ttl: Milliseconds | undefined,
  backend: Backend<unknown>,
  defaults: RefreshPolicy = noRefresh,
): RefreshPolicy {
  if (!saysAnything(options)) return defaults
  const { early = defaults.early } = options
  if (typeof early !== "boolean") throw new TypeError(`early is true or false; got ${describeValue(early)}`)
  const policy: RefreshPolicy = {
    staleFor: options.staleFor === undefined ? defaults.staleFor : finite("staleFor", options.staleFor),
    staleIfError:
      options.staleIfError === undefined ? defaults.staleIfError : finite("staleIfError", options.staleIfError),
    early,
    lock: options.lock === undefined ? defaults.lock : leaseOf(options.lock, backend),
    timeoutSoft: options.timeoutSoft === undefined ? defaults.timeoutSoft : limitOf("timeoutSoft", options.timeoutSoft),
    timeoutHard: options.timeoutHard === undefined ? defaults.timeoutHard : limitOf("timeoutHard", options.timeoutHard),
  }
  for (const name of ["staleFor", "staleIfError", "early"] as const) {
    // Those of the cache may meet any timeout.
    if (options[name] !== undefined && policy[name]) needsTimeout(name, ttl)
  }
  const { timeoutSoft, timeoutHard } = policy
  if (timeoutSoft !== undefined && policy.staleIfError === 0) {
    throw new TypeError(
      "timeoutSoft needs staleIfError: it limits the wait where there is a stale value. To limit every wait, use timeoutHard",
    )
  }
  if (timeoutSoft !== undefined && timeoutHard !== undefined && timeoutSoft >= timeoutHard) {
    throw new TypeError(`timeoutSoft must be shorter than timeoutHard; got ${timeoutSoft} ms and ${timeoutHard} ms`)
  }
  return policy
}

/** Written out, since every call of `getOrSet` runs it. */
function saysAnything({ staleFor, staleIfError, early, lock, timeoutSoft, timeoutHard }: RefreshOptions): boolean {
  return (
    staleFor !== undefined ||
    staleIfError !== undefined ||
    early !== undefined ||
    lock !== undefined ||
    timeoutSoft !== undefined ||
    timeoutHard !== undefined
  )
}

function needsTimeout(name: string, ttl: Milliseconds | undefined): void {
  if (ttl === undefined) {
    throw new TypeError(
      `${name} needs a timeout: an entry that never expires is never stale. Give a timeout, or leave ${name} out`,
    )
  }
  if (ttl === NOT_KEPT) throw new TypeError(`${name} needs a timeout above zero: nothing is kept`)
}

function finite(name: string, timeout: Timeout): Milliseconds {
  const time = toTtl(timeout)
  if (time === undefined) throw new TypeError(`${name} must be finite; 0 turns it off; got ${describeValue(timeout)}`)
  return time
}

function limitOf(name: string, timeout: Timeout): Milliseconds | undefined {
  const limit = toTtl(timeout)
  if (limit === NOT_KEPT) {
    throw new TypeError(`${name} must be longer than zero; null turns it off; got ${describeValue(timeout)}`)
  }
  return limit
}

function durationOf(name: string, timeout: Timeout): Milliseconds {
  const duration = toTtl(timeout)
  if (duration === undefined || duration === NOT_KEPT) {
    throw new TypeError(`${name} must be finite and longer than zero; got ${describeValue(timeout)}`)
  }
  return duration
}

function leaseOf(lock: boolean | LeaseOptions, backend: Backend<unknown>): RefreshPolicy["lock"] {
  if (lock === false) return undefined
  if (lock !== true && (typeof lock !== "object" || lock === null)) {
    throw new TypeError(`lock is true, false, or { lease, wait }; got ${describeValue(lock)}`)
  }
  const missing = (["add", "deleteIfEqual", "replaceIfEqual"] as const).filter((name) => backend[name] === undefined)
  if (missing.length > 0) {
    throw new NotSupportedError(
      `the ${backend.name} backend has no ${missing.join(", no ")}; leave lock out, or use another backend`,
      {
        operation: "getOrSet with lock",
        backend: backend.name,
      },
    )
  }
  const { lease, wait } = lock === true ? ({} as LeaseOptions) : lock
  return {
    lease: lease === undefined ? DEFAULT_LEASE : durationOf("lock.lease", lease),
    wait: wait === undefined ? DEFAULT_LEASE_WAIT : durationOf("lock.wait", wait),
  }
}

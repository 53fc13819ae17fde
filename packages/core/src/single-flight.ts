import { DeadlockError } from "./errors.js"
import { untilAborted } from "./on-abort.js"
import { currentFlight, whileProducing } from "./producing.js"
import type { TagSnapshot } from "./tags.js"

/** Work in progress, shared by all callers of its key. */
export interface Flight extends Waiting {
  /** Aborted when all callers have given up. Created on first use. */
  readonly signal: AbortSignal
  /** False once the entry was written or removed: the result is then outdated and must not be stored. */
  readonly current: boolean
  /** Its result may depend on tags, so later callers do not join it after an invalidation. */
  tagged: boolean
  /** The state of the tags before its producer began; absent until then, and without tags. */
  snapshot: TagSnapshot | undefined
  /** Registers a pending store, so that a later write can wait for it. */
  storing(store: Promise<unknown>): void
  /** Registers work that may continue after the callers have their result; fences still apply to it. */
  outliving(work: Promise<unknown>): void
  /** No caller is left, and none may join: aborts the signal. */
  abandon(reason: unknown): void
  /** Runs a producer such that a deadlock with itself is noticed. */
  produce<Value>(work: () => Value | PromiseLike<Value>): Promise<Awaited<Value>>
}

export interface FlightOptions {
  readonly signal?: AbortSignal | undefined
  /** The flight that waits. Default: the one whose producer makes this call. */
  readonly waiter?: Waiting | undefined
  /** See `Flight`; for a flight that is started. Default: false. */
  readonly tagged?: boolean
}

/** Number of running flights that cannot be joined any more; beyond it, the oldest no longer store. */
const MOST_UNJOINABLE = 1_000

/** Lets callers of one key share one piece of work. */
export class SingleFlight<Result> {
  /** The flights that callers join. */
  readonly #flights = new Map<string, SharedFlight<Result>>()
  /** Flights that continue but cannot be joined: their callers gave up, or their tags were invalidated. */
  readonly #others = new Set<SharedFlight<Result>>()

  /** Incremented when a flight ends: earlier reads may be outdated. */
  landed = 0

  /** Number of flights in progress. */
  get size(): number {
    return this.#flights.size + this.#others.size
  }

  /** Whether there is one to join. */
  has(key: string): boolean {
    return this.#flights.size > 0 && this.#flights.has(key)
  }

  /**
   * The result of the key's flight, which is started if there is none. A producer that knows of an invalidation does not wait
   * for a flight that began before it: its own result would be stored as if it were newer.
   */
  join(key: string, work: (flight: Flight) => Promise<Result>, options: FlightOptions = {}): Promise<Result> {
    const { signal, tagged = false, waiter = currentFlight() } = options
    const underway = this.joinUnderway(key, signal, waiter)
    return underway ?? waitFor(this.#begin(key, work, tagged), signal, waiter)
  }

  /** `join`, if there is a flight to join. */
  joinUnderway(
    key: string,
    signal: AbortSignal | undefined,
    waiter: Waiting | undefined = currentFlight(),
  ): Promise<Result> | undefined {
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    const underway = this.#flights.get(key)
    if (underway === undefined) return undefined
    if (!isOutdatedFor(waiter, underway)) return waitFor(underway, signal, waiter)
    this.#unjoin(key, underway)
    return undefined
  }

  /** Starts work that no caller awaits, unless there is a flight for this key. */
  start(key: string, work: (flight: Flight) => Promise<Result>, { tagged = false }: FlightOptions = {}): void {
    const flight = this.#flights.get(key) ?? this.#begin(key, work, tagged)
    flight.settled.catch(() => undefined)
  }

  /**
   * Call it before and after each write or removal of the entry: later callers do not join an older flight, and it stores
   * nothing. Resolves when pending stores of such flights have ended.
   */
  fence(key: string): Promise<unknown> | undefined {
    const stores: Promise<unknown>[] = []
    const flight = this.#flights.get(key)
    this.#flights.delete(key)
    for (const outdated of [flight, ...this.#others]) {
      if (outdated?.key !== key) continue
      const store = outdated.supersede()
      if (store !== undefined) stores.push(store)
    }
    return stores.length === 0 ? undefined : Promise.all(stores)
  }

  fenceAll(): Promise<unknown> {
    const keys = new Set([...this.#flights.keys(), ...[...this.#others].map(({ key }) => key)])
    return Promise.all([...keys].map((key) => this.fence(key)))
  }

  /** Call it when tags are invalidated: no caller joins a flight with tags any more. It may still store: its tokens decide. */
  leaveTagged(): void {
    for (const [key, flight] of this.#flights) if (flight.tagged) this.#unjoin(key, flight)
  }

  #begin(key: string, work: (flight: Flight) => Promise<Result>, tagged: boolean): SharedFlight<Result> {
    const flight: SharedFlight<Result> = new SharedFlight<Result>(key, tagged, {
      answered: () => this.#unjoin(key, flight),
      ended: () => {
        this.landed++
        this.#others.delete(flight)
      },
    })
    this.#flights.set(key, flight)
    flight.start(work)
    return flight
  }

  #unjoin(key: string, flight: SharedFlight<Result>): void {
    if (this.#flights.get(key) !== flight) return
    this.#flights.delete(key)
    if (!flight.running) return
    if (this.#others.size === MOST_UNJOINABLE) {
      const [oldest] = this.#others
      oldest?.supersede()
      this.#others.delete(oldest as SharedFlight<Result>)
    }
    this.#others.add(flight)
  }
}

interface Ends {
  /** It cannot be joined any more. */
  readonly answered: () => void
  /** All its work has ended. */
  readonly ended: () => void
}

/** A flight and what it waits for: enough to notice that two wait for each other, and which is older. */
export interface Waiting {
  readonly key: string
  readonly snapshot: TagSnapshot | undefined
  readonly settled: Promise<unknown>
  readonly awaited: ReadonlySet<Waiting>
  /** Throws a `DeadlockError` if `other` is this one, or waits for it. */
  waitFor(other: Waiting): void
}

class SharedFlight<Result> implements Flight {
  readonly key: string
  tagged: boolean
  snapshot: TagSnapshot | undefined
  readonly awaited: Set<Waiting> = new Set()
  current = true
  running = true
  readonly #ends: Ends
  #controller: AbortController | undefined
  #waiting = 0
  #abandoned: { readonly reason: unknown } | undefined
  #result: Promise<Result> | undefined
  #outliving: Promise<unknown> | undefined
  #store: Promise<unknown> | undefined

  constructor(key: string, tagged: boolean, ends: Ends) {
    this.key = key
    this.tagged = tagged
    this.#ends = ends
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#abandoned !== undefined) this.#controller.abort(this.#abandoned.reason)
    return this.#controller.signal
  }

  get settled(): Promise<Result> {
    return this.#result as Promise<Result>
  }

  start(work: (flight: Flight) => Promise<Result>): void {
    this.#result = this.#run(work)
  }

  async #run(work: (flight: Flight) => Promise<Result>): Promise<Result> {
    try {
      return await work(this)
    } finally {
      if (this.#outliving === undefined) this.#end()
      else this.#outliving.then(this.#end, this.#end)
      this.#ends.answered()
    }
  }

  readonly #end = (): void => {
    this.running = false
    this.#ends.ended()
  }

  storing(store: Promise<unknown>): void {
    this.#store = store
  }

  outliving(work: Promise<unknown>): void {
    this.#outliving = work
  }

  abandon(reason: unknown): void {
    this.#abandoned = { reason }
    this.#ends.answered()
    this.#controller?.abort(reason)
  }

  produce<Value>(work: () => Value | PromiseLike<Value>): Promise<Awaited<Value>> {
    return whileProducing(this, work)
  }

  waitFor(other: Waiting): void {
    if (reaches(other, this)) throw new DeadlockError(this.key)
    this.awaited.add(other)
    const over = (): boolean => this.awaited.delete(other)
    other.settled.then(over, over)
  }

  supersede(): Promise<unknown> | undefined {
    this.current = false
    return this.#store?.catch(() => undefined)
  }

  wait(signal: AbortSignal | undefined): Promise<Result> {
    const result = this.#result as Promise<Result>
    this.#waiting++
    return signal === undefined ? result : untilAborted(signal, result, () => this.#leave())
  }

  #leave(): void {
    this.#waiting--
    if (this.#waiting === 0) this.abandon(undefined)
  }
}

function waitFor<Result>(
  flight: SharedFlight<Result>,
  signal: AbortSignal | undefined,
  waiter: Waiting | undefined,
): Promise<Result> {
  try {
    waiter?.waitFor(flight)
  } catch (error) {
    return Promise.reject(error)
  }
  return flight.wait(signal)
}

function isOutdatedFor(waiter: Waiting | undefined, { snapshot }: Waiting): boolean {
  return waiter?.snapshot !== undefined && snapshot?.isOutdatedAt(waiter.snapshot) === true
}

function reaches(from: Waiting, to: Waiting): boolean {
  const seen = new Set<Waiting>([from])
  // Iterating a Set includes items added meanwhile.
  for (const flight of seen) {
    if (flight === to) return true
    for (const next of flight.awaited) seen.add(next)
  }
  return false
}

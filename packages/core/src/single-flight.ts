import { DeadlockError } from "./errors.js"
import { onAbort } from "./on-abort.js"
import { currentFlight, whileProducing } from "./producing.js"
import type { TagSnapshot } from "./tags.js"

/** One piece of work under way, shared by everybody who asks for its key. */
export interface Flight extends Waiting {
  /** Aborted when every caller that can give up has given up, and no other is left. Made when first asked for. */
  readonly signal: AbortSignal
  /** False once somebody wrote or removed the entry: what this flight brings is then out of date and not to be stored. */
  readonly current: boolean
  /** What it brings may depend on tags, so an invalidation ends it for those who come after. */
  tagged: boolean
  /** What tags stood for before its producer began; absent until then, and where it has none. */
  snapshot: TagSnapshot | undefined
  /** Announces a store that is under way, so that a later write can wait for it. */
  storing(store: Promise<unknown>): void
  /** Announces work that may go on when the callers have their answer; fences reach it still. */
  outliving(work: Promise<unknown>): void
  /** Nobody waits any more, and nobody is to begin: aborts the signal. */
  abandon(reason: unknown): void
  /** Runs a producer so that it can be told when it waits for itself. */
  produce<Value>(work: () => Value | PromiseLike<Value>): Promise<Awaited<Value>>
}

export interface FlightOptions {
  readonly signal?: AbortSignal | undefined
  /** Who waits. Default: the flight whose producer this is called from. */
  readonly waiter?: Waiting | undefined
  /** See `Flight`; of the one that is begun. Default: false. */
  readonly tagged?: boolean
}

/** Work that is still running but that nobody joins any more; when there is more of it, the oldest no longer stores. */
const MOST_UNJOINABLE = 1_000

/** Lets callers of one key share one piece of work. */
export class SingleFlight<Result> {
  /** The flights that callers join. */
  readonly #flights = new Map<string, SharedFlight<Result>>()
  /** Flights that go on although nobody joins them: their callers gave up, or their tags were invalidated. */
  readonly #others = new Set<SharedFlight<Result>>()

  /** Grows whenever a flight ends: what was read before that may be out of date. */
  landed = 0

  /** How many pieces of work are under way. */
  get size(): number {
    return this.#flights.size + this.#others.size
  }

  /** Whether there is one to join. */
  has(key: string): boolean {
    return this.#flights.size > 0 && this.#flights.has(key)
  }

  /**
   * The result of the work under way for this key, which is started if there is none. A producer that knows of an
   * invalidation does not wait for one that began before: what it makes of it would be stored as if it were newer.
   */
  join(key: string, work: (flight: Flight) => Promise<Result>, options: FlightOptions = {}): Promise<Result> {
    const { signal, tagged = false, waiter = currentFlight() } = options
    const underway = this.joinUnderway(key, signal, waiter)
    return underway ?? waitFor(this.#begin(key, work, tagged), signal, waiter)
  }

  /** `join`, where there is one to join. */
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

  /** Starts work that nobody waits for, unless some is under way for this key. */
  start(key: string, work: (flight: Flight) => Promise<Result>, { tagged = false }: FlightOptions = {}): void {
    const flight = this.#flights.get(key) ?? this.#begin(key, work, tagged)
    flight.settled.catch(() => undefined)
  }

  /**
   * Call it before and after each write or removal of the entry: nobody joins an older flight from then on, and it stores
   * nothing. Resolves when a store of such a flight that was already under way has landed.
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

  /** Call it when tags are invalidated: nobody joins a flight whose value depends on tags. It may store: its tokens tell. */
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
  /** Nobody is to join any more. */
  readonly answered: () => void
  /** Nothing of it goes on any more. */
  readonly ended: () => void
}

/** What a producer runs in, and what it waits for: enough to see that two wait for each other, and which is older. */
export interface Waiting {
  readonly key: string
  readonly snapshot: TagSnapshot | undefined
  readonly settled: Promise<unknown>
  readonly awaited: ReadonlySet<Waiting>
  /** Throws a `DeadlockError` when `other` waits for this one, or is it. */
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
    if (signal === undefined) return result
    return new Promise((resolve, reject) => {
      const stopWaiting = onAbort(signal, () => {
        reject(signal.reason)
        this.#leave()
      })
      result.then(resolve, reject).finally(stopWaiting)
    })
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
  // A Set also hands out what is added meanwhile.
  for (const flight of seen) {
    if (flight === to) return true
    for (const next of flight.awaited) seen.add(next)
  }
  return false
}

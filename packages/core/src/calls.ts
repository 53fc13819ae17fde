import type { Milliseconds } from "./backend.js"
import { type Breaker, StoreDownError } from "./breaker.js"
import type { Deadline } from "./deadline.js"
import { BackendError, CacheError, ClosedError } from "./errors.js"
import type { Outage } from "./outage.js"
import { promiseTry } from "./promise-try.js"
import { type StoreState, stateFor } from "./store-state.js"
import { type Operation, type OperationName, operations, publish } from "./tracing.js"

/** What reads, `set`, `setMany` and `touch` do when the store fails; all other operations always reject. */
export type FailurePolicy = "miss" | "throw"

export interface CallsOptions {
  readonly alias: string
  readonly backend: string
  /** Names the store in errors. Absent: unknown. */
  readonly location: string | undefined
  readonly onError: FailurePolicy
  /** How long the backend may take for one call. Absent: no limit. */
  readonly limit: Milliseconds | undefined
  /**
   * The backend serves some reads from copies. Then the calls of the store behind them are guarded, and the others say nothing
   * about it. Default: `false`.
   */
  readonly hasCopies?: boolean
  /** Whether an error that the backend rejected with is a refusal by its store. */
  readonly isRefusal: (error: unknown) => boolean
  /** Called when the store responds again after it had failed, or had refused something. */
  readonly recovered: () => void
}

/** Operations that scan the whole store, which takes longer. */
const scans: ReadonlySet<string> = new Set<OperationName>(["clear", "keys", "prune"])
/** Served from copies, or by at most two calls of the store in sequence, each within the limit. */
const answeredByCopies: ReadonlySet<OperationName> = new Set(["get", "getMany", "has"])

/** The work of one call. Receives the operation to complete if it is traced. */
export type Work<Result> = (operation: Operation | undefined) => Promise<Result>

/** Every call of the backend passes through here: it is traced, its errors are wrapped, and may count as misses. */
export class Calls {
  readonly alias: string
  readonly backend: string
  readonly #options: CallsOptions
  readonly #layer: string | undefined
  readonly #location: string | undefined
  readonly #onError: FailurePolicy
  readonly #outage: Outage
  readonly #deadline: Deadline | undefined
  readonly #scanDeadline: Deadline | undefined
  readonly #breaker: Breaker | undefined
  readonly #hasCopies: boolean
  readonly #isRefusal: (error: unknown) => boolean
  readonly #state: StoreState

  constructor(options: CallsOptions, layer?: string, state: StoreState = stateFor(options)) {
    this.#options = options
    this.#layer = layer
    this.#state = state
    this.alias = options.alias
    this.backend = options.backend
    this.#location = options.location
    this.#onError = options.onError
    this.#isRefusal = options.isRefusal
    this.#hasCopies = options.hasCopies ?? false
    this.#outage = state.outage
    this.#breaker = state.breaker
    this.#deadline = state.deadline
    this.#scanDeadline = state.scanDeadline
  }

  /** Returns calls of the same store whose operations have this label in traces. */
  labelled(layer: string): Calls {
    return new Calls(this.#options, layer, this.#state)
  }

  /** Rejects with a `BackendError` when the backend fails. */
  run<Result>(
    name: OperationName,
    keys: readonly string[],
    work: Work<Result>,
    parent?: Operation | undefined,
  ): Promise<Result> {
    return this.trace(name, keys, (operation) => this.#run(name, keys, () => work(operation), rethrow), parent)
  }

  /** Resolves with `fallback` when the backend fails, unless `onError` is `"throw"`. */
  runOr<Result>(
    fallback: Result,
    name: OperationName,
    keys: readonly string[],
    work: Work<Result>,
    parent?: Operation | undefined,
  ): Promise<Result> {
    const orElse = (error: unknown): Result => this.orElse(fallback, error)
    return operations.hasSubscribers
      ? this.run(name, keys, work, parent).catch(orElse)
      : this.#run(name, keys, () => work(undefined), orElse)
  }

  /** A call that yields many items. Published once, from the first to the last. */
  async *stream<Item>(
    name: OperationName,
    keys: readonly string[],
    open: () => AsyncIterable<Item>,
  ): AsyncGenerator<Item, void, undefined> {
    let end = (): void => undefined
    let fail = (_error: unknown): void => undefined
    const ended = new Promise<void>((resolve, reject) => {
      end = resolve
      fail = reject
    })
    // The iteration throws the error.
    this.trace(name, keys, () => ended).catch(() => undefined)
    try {
      this.admit(name)
      yield* this.#boundedItems(name, open()[Symbol.asyncIterator]())
      this.answered()
    } catch (cause) {
      const error = this.failure(name, keys, cause)
      fail(error)
      throw error
    } finally {
      if (!this.#hasCopies) this.#breaker?.undecided()
      end()
    }
  }

  /** Only traces: for work that is more than a call of the backend. */
  trace<Result>(
    name: OperationName,
    keys: readonly string[],
    work: Work<Result>,
    parent?: Operation | undefined,
  ): Promise<Result> {
    if (!operations.hasSubscribers) return work(undefined)
    const { alias, backend } = this
    const layer = this.#layer
    return publish({ operation: name, alias, backend, keys, ...(layer && { layer }), ...(parent && { parent }) }, work)
  }

  get closed(): boolean {
    return this.#state.closing !== undefined
  }

  /** Runs `release` the first time; every later call of the backend is rejected. */
  close(release: () => Promise<void>): Promise<void> {
    this.#state.closing ??= release()
    return this.#state.closing
  }

  // What `run` and `runOr` are made of, for the calls that are hot enough to be written out.

  /**
   * Calls the backend within its limit. Resolves with what `succeed` returns for the result, or `fail` for the error; they
   * report the outcome with `answered` and `failure`.
   */
  attempt<Answer, Result>(
    name: OperationName,
    call: () => Promise<Answer>,
    succeed: (answer: Answer) => Result | PromiseLike<Result>,
    fail: (cause: unknown) => Result,
  ): Promise<Result> {
    const answer = promiseTry(() => {
      this.admit(name)
      return call()
    })
    const deadline = this.#deadlineOf(name)
    return deadline === undefined ? answer.then(succeed, fail) : deadline.guard(answer, succeed, fail)
  }

  /** Throws when the cache is closed, or the store is down. */
  admit(name: OperationName): void {
    if (this.closed) throw new ClosedError(this.alias, name)
    if (this.#breaker === undefined) return
    const slow = scans.has(name)
    // Copies cannot serve operations on the whole store.
    if (!this.#hasCopies || slow) this.#breaker.admit(slow)
  }

  /** Rejects when the result takes longer than the backend may. */
  bounded<Answer>(name: OperationName, answer: Promise<Answer>): Promise<Answer> {
    return this.#deadlineOf(name)?.guard(answer, pass, rethrow) ?? answer
  }

  /** Reports that the store works. */
  answered(): void {
    if (!this.#hasCopies) this.#noteAnswer()
  }

  /** Returns the error to reject with, for the one that the backend rejected with. Reports that the store fails. */
  failure(name: OperationName, keys: readonly string[], cause: unknown): unknown {
    if (CacheError.is(cause)) {
      if (!this.#hasCopies) this.#breaker?.undecided()
      return cause
    }
    const error = this.#errorOf(name, keys[0], cause)
    if (!this.#hasCopies) this.#noteFailure(cause, error)
    return error
  }

  /** A call of the store behind copies, which rejects with the store's own error. The name is a method of the contract. */
  async guard<Answer>(name: string, key: string | undefined, call: () => Promise<Answer>): Promise<Answer> {
    this.#breaker?.admit(scans.has(name))
    try {
      const answering = call()
      const answer = await (this.#storeDeadlineOf(name)?.guard(answering, pass, rethrow) ?? answering)
      this.#noteAnswer()
      return answer
    } catch (cause) {
      this.#noteFailure(cause, this.#errorOf(name, key, cause))
      throw cause
    }
  }

  /** Whether an error from `guard` is as good as a miss: it took no time, nor will the next. */
  isAsGoodAsMiss(error: unknown): boolean {
    return this.#onError === "miss" && error instanceof StoreDownError
  }

  orElse<Result>(fallback: Result, error: unknown): Result {
    if (this.#onError === "throw" || !(error instanceof BackendError)) throw error
    return fallback
  }

  /** None for reads that copies may serve: the calls of the store behind them have their own. */
  #deadlineOf(name: OperationName): Deadline | undefined {
    return this.#hasCopies && answeredByCopies.has(name) ? undefined : this.#storeDeadlineOf(name)
  }

  #storeDeadlineOf(name: string): Deadline | undefined {
    return scans.has(name) ? this.#scanDeadline : this.#deadline
  }

  #errorOf(operation: string, key: string | undefined, cause: unknown): BackendError {
    const { alias, backend } = this
    return new BackendError({ operation, key, backend, alias, location: this.#location, cause })
  }

  #noteAnswer(): void {
    this.#breaker?.answered()
    this.#outage.answered()
  }

  #noteFailure(cause: unknown, error: BackendError): void {
    // What was pending may fail for this reason alone.
    if (this.closed) return
    // A value that is too large says nothing about the store.
    if (cause instanceof RangeError) this.#breaker?.undecided()
    else if (this.#isRefusal(cause)) {
      this.#breaker?.answered()
      this.#outage.refused(error)
    } else if (!(cause instanceof StoreDownError)) {
      this.#breaker?.failed()
      this.#outage.failed(error)
    }
  }

  #run<Result>(
    name: OperationName,
    keys: readonly string[],
    call: () => Promise<Result>,
    fail: (error: unknown) => Result,
  ): Promise<Result> {
    const succeed = (result: Result): Result => {
      this.answered()
      return result
    }
    return this.attempt(name, call, succeed, (cause) => fail(this.failure(name, keys, cause)))
  }

  /** Also ends the iteration of the backend, unless that is stuck: waiting for its end could take for ever. */
  async *#boundedItems<Item>(name: OperationName, items: AsyncIterator<Item>): AsyncGenerator<Item, void, undefined> {
    let stuck = false
    try {
      for (;;) {
        stuck = true
        const next = await this.bounded(name, items.next())
        stuck = false
        if (next.done === true) return
        yield next.value
      }
    } finally {
      if (!stuck) await items.return?.()
    }
  }
}

function pass<Answer>(answer: Answer): Answer {
  return answer
}

function rethrow(error: unknown): never {
  throw error
}

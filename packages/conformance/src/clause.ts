import type { Backend } from "@larder/core"
import type { Child } from "./child.js"
import type { Clock } from "./clock.js"
import type { Fault } from "./fault-proxy/fault.js"
import type { FaultNetwork } from "./fault-proxy/fault-network.js"
import type { Harness } from "./harness.js"
import type { StoredValues } from "./stored-values.js"

/** The methods that a backend may leave out, in the order of the contract. */
export const optionalMethods = [
  "add",
  "touch",
  "incr",
  "deleteIfEqual",
  "replaceIfEqual",
  "getMany",
  "setMany",
  "deleteMany",
  "getSync",
  "clear",
  "keys",
  "ttl",
  "prune",
  "stats",
  "ping",
  "close",
  "isRefusal",
] as const

/** The name of a method that a backend may leave out. */
export type OptionalMethod = (typeof optionalMethods)[number]

/** A backend of any kind of stored value, known to have these methods. */
export type BackendWith<Method extends OptionalMethod> = Backend<unknown> & Required<Pick<Backend<unknown>, Method>>

/** What a clause works with while it runs. */
export interface ClauseContext<Method extends OptionalMethod = never> {
  /** The handle under test, open for the whole suite: a clause never closes it. */
  readonly backend: BackendWith<Method>
  /** Random and this clause's alone: every key it writes starts with it. */
  readonly prefix: string
  /** Makes values that this backend can keep. */
  readonly values: StoredValues
  readonly clock: Clock
  /** A ttl so short that `expire()` outlives it. */
  readonly shortTtl: number
  /** Milliseconds after which an entry written with `shortTtl` must be gone. */
  readonly shortLife: number
  /** A ttl that no clause outlives. */
  readonly longTtl: number
  /** `prefix` + `name`. The entry is removed when the clause is over. */
  readonly key: (name: string) => string
  /** Has the entry under this whole key removed when the clause is over. */
  readonly cleanUp: (key: string) => void
  /** Lets `shortLife` pass. Only in a `timed` clause. */
  readonly expire: () => Promise<void>
  /** One of several other handles on the same store, counted from 0, open for the whole suite: a clause never closes it. */
  readonly peer: (index: number) => Promise<BackendWith<Method>>
  /** A new handle on the same store, which the clause may close; closed when the clause is over. */
  readonly open: () => Promise<BackendWith<Method>>
  /** One of several other processes with a handle on the same store, open for the whole suite. Needs `harness.child`. */
  readonly child: (index: number) => Promise<Child>
  /** Another process with a handle on the same store, ended when the clause is over. Needs `harness.child`. */
  readonly fork: () => Promise<Child>
  /**
   * A new handle that reaches the store through proxies of its own, with this fault from the start; all are closed when
   * the clause is over. Needs `harness.remote`.
   */
  readonly openThroughProxy: (fault?: Fault) => Promise<Proxied<Method>>
}

/** A handle, and the proxies that stand between it and the servers of the store, used as one. */
export interface Proxied<Method extends OptionalMethod = never> {
  readonly handle: BackendWith<Method>
  readonly proxy: FaultNetwork
}

/** Clauses that touch their own entries only, and clauses that work on the store as a whole. */
export type TimedGroup = "entries" | "upkeep"

/** One numbered promise of `CONTRACT.md` and the check of it. */
export interface Clause {
  /** The number in `CONTRACT.md`: `"incr.2"`. */
  readonly id: string
  readonly title: string
  /** Time passes in it. The timed clauses of a group run at once, so that they share their waits. */
  readonly timed?: TimedGroup
  /** Why the clause does not apply to this backend, or `undefined` when it does. Derived from facts, never typed by an author. */
  needs?(backend: Backend<unknown>, harness: Harness): string | undefined
  /** Rejects when the backend breaks the promise. */
  run(context: ClauseContext): Promise<void>
}

interface ClauseDefinition<Method extends OptionalMethod> extends Omit<Clause, "run"> {
  /** Optional methods without which there is nothing to check. */
  readonly uses?: readonly Method[]
  run(context: ClauseContext<Method>): Promise<void>
}

/** A clause whose context knows the methods that it `uses`, and which is skipped where one of them is absent. */
export function clause<Method extends OptionalMethod = never>(definition: ClauseDefinition<Method>): Clause {
  const { uses = [], needs, run, ...rest } = definition
  return {
    ...rest,
    needs(backend, harness) {
      const absent = uses.filter((method) => backend[method] === undefined)
      if (absent.length > 0) return `has no ${absent.map((method) => `${method}()`).join(", ")}`
      return needs?.(backend, harness)
    },
    // `needs` has seen to it that the methods are there.
    run: (context) => run(context as ClauseContext<Method>),
  }
}

/** For `needs`: the clause is about two handles on one store. */
export function sharedStore(backend: Backend<unknown>): string | undefined {
  return backend.capabilities.shared ? undefined : "handles do not share a store (capabilities.shared is false)"
}

/** For `needs`: the clause is about exact bytes. */
export function keepsBytes(backend: Backend<unknown>): string | undefined {
  return backend.codec === undefined ? undefined : "keeps values, not bytes (has a codec of its own)"
}

/** For `needs`: the clause is about a value that is too large. */
export function limitedValues(backend: Backend<unknown>): string | undefined {
  const { maxValueBytes } = backend.capabilities
  if (maxValueBytes === undefined) return "accepts values of any size (no capabilities.maxValueBytes)"
  if (maxValueBytes > 64 * 1024 * 1024) return "a value over the limit would not fit a test"
  return keepsBytes(backend)
}

/** For `needs`: the clause is about several processes on one store. */
export function childProcesses(backend: Backend<unknown>, harness: Harness): string | undefined {
  return sharedStore(backend) ?? (harness.child === undefined ? "the harness names no child module" : undefined)
}

/** For `needs`: the clause is about what a network does. */
export function remoteStore(_backend: Backend<unknown>, harness: Harness): string | undefined {
  return harness.remote === undefined ? "the harness names no remote store" : undefined
}

import type { Backend } from "@larder/core"
import type { Child } from "./child.js"
import type { Clock } from "./clock.js"
import type { Fault } from "./fault-proxy/fault.js"
import type { FaultNetwork } from "./fault-proxy/fault-network.js"
import type { Harness } from "./harness.js"
import type { StoredValues } from "./stored-values.js"

/** The methods that a backend may omit, in the order of the contract. */
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
  "diagnose",
  "close",
  "isRefusal",
] as const

/** The name of a method that a backend may omit. */
export type OptionalMethod = (typeof optionalMethods)[number]

/** A backend with these optional methods, for any type of stored value. */
export type BackendWith<Method extends OptionalMethod> = Backend<unknown> & Required<Pick<Backend<unknown>, Method>>

/** What a clause receives when it runs. */
export interface ClauseContext<Method extends OptionalMethod = never> {
  /** The handle under test, open for the whole suite: a clause never closes it. */
  readonly backend: BackendWith<Method>
  /** Random, for this clause only. Every key that the clause writes starts with it. */
  readonly prefix: string
  /** Creates values that this backend can store. */
  readonly values: StoredValues
  readonly clock: Clock
  /** A ttl that has passed after `expire()`, in milliseconds. */
  readonly shortTtl: number
  /** Milliseconds after which an entry written with `shortTtl` must be gone. */
  readonly shortLife: number
  /** A ttl that does not pass during a clause, in milliseconds. */
  readonly longTtl: number
  /** Returns `prefix` + `name`. The entry is removed after the clause. */
  readonly key: (name: string) => string
  /** Removes the entry with this whole key after the clause. */
  readonly cleanUp: (key: string) => void
  /** Lets `shortLife` pass. Only in a `timed` clause. */
  readonly expire: () => Promise<void>
  /** Another handle on the same store, by index from 0, open for the whole suite: a clause never closes it. */
  readonly peer: (index: number) => Promise<BackendWith<Method>>
  /** Opens a new handle on the same store, which the clause may close. Closed after the clause. */
  readonly open: () => Promise<BackendWith<Method>>
  /**
   * Another process with a handle on the same store, by index from 0, open for the whole suite. Requires `harness.child`.
   */
  readonly child: (index: number) => Promise<Child>
  /** Starts another process with a handle on the same store, killed after the clause. Requires `harness.child`. */
  readonly fork: () => Promise<Child>
  /**
   * Opens a new handle that reaches the store through its own proxies, with this fault from the start. All are closed
   * after the clause. Requires `harness.remote`.
   */
  readonly openThroughProxy: (fault?: Fault) => Promise<Proxied<Method>>
}

/** A handle, and the proxies between it and the servers of the store. */
export interface Proxied<Method extends OptionalMethod = never> {
  readonly handle: BackendWith<Method>
  readonly proxy: FaultNetwork
}

/** Clauses that work on their own entries, and those that could disturb others, by what they do to the store. */
export type TimedGroup = "entries" | "upkeep" | "clearing"

/** One numbered clause of `CONTRACT.md`, with its check. */
export interface Clause {
  /** The number in `CONTRACT.md`: `"incr.2"`. */
  readonly id: string
  /** The first sentence of the clause in `CONTRACT.md`. */
  readonly title: string
  /** Set if the clause waits for time to pass. The timed clauses of a group run concurrently and share their waits. */
  readonly timed?: TimedGroup
  /** Returns why the clause does not apply to this backend, or `undefined` if it does. */
  needs?(backend: Backend<unknown>, harness: Harness): string | undefined
  /** Rejects if the backend violates the clause. */
  run(context: ClauseContext): Promise<void>
}

interface ClauseDefinition<Method extends OptionalMethod> extends Omit<Clause, "run"> {
  /** The optional methods that the clause requires. */
  readonly uses?: readonly Method[]
  run(context: ClauseContext<Method>): Promise<void>
}

/** Defines a clause whose context has the methods that it `uses`. It is skipped if one of them is absent. */
export function clause<Method extends OptionalMethod = never>(definition: ClauseDefinition<Method>): Clause {
  const { uses = [], needs, run, ...rest } = definition
  return {
    ...rest,
    needs(backend, harness) {
      const absent = uses.filter((method) => backend[method] === undefined)
      if (absent.length > 0) return `has no ${absent.map((method) => `${method}()`).join(", ")}`
      return needs?.(backend, harness)
    },
    // `needs` has checked that the methods exist.
    run: (context) => run(context as ClauseContext<Method>),
  }
}

/** For `needs`: the clause requires two handles on one store. */
export function sharedStore(backend: Backend<unknown>): string | undefined {
  return backend.capabilities.shared ? undefined : "handles do not share a store (capabilities.shared is false)"
}

/** For `needs`: the clause requires a store of bytes. */
export function keepsBytes(backend: Backend<unknown>): string | undefined {
  return backend.codec === undefined ? undefined : "stores values, not bytes (has a codec)"
}

/** For `needs`: the clause requires a limit that a test can exceed. */
export function limitedValues(backend: Backend<unknown>): string | undefined {
  const { maxValueBytes } = backend.capabilities
  if (maxValueBytes === undefined) return "accepts values of any size (no capabilities.maxValueBytes)"
  if (maxValueBytes > 64 * 1024 * 1024) return "capabilities.maxValueBytes is too large for a test"
  return keepsBytes(backend)
}

/** For `needs`: the clause requires several processes on one store. */
export function childProcesses(backend: Backend<unknown>, harness: Harness): string | undefined {
  return sharedStore(backend) ?? (harness.child === undefined ? "the harness has no child" : undefined)
}

/** For `needs`: the clause requires a network. */
export function remoteStore(_backend: Backend<unknown>, harness: Harness): string | undefined {
  return harness.remote === undefined ? "the harness has no remote" : undefined
}

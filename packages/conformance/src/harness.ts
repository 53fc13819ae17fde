import type { Backend, CacheOptions } from "@larder/core"
import type { StoreAddress } from "./fault-proxy/fault-proxy.js"

/** How the suite creates the backend under test and advances its clock. */
export interface Harness {
  /**
   * Returns a new handle on the same store at each call. The store need not be empty, but needs room for a few thousand
   * small entries.
   */
  create(): Backend<unknown> | Promise<Backend<unknown>>
  /** Advances the store's clock. Default: the suite waits in real time. */
  advance?(milliseconds: number): void | Promise<void>
  /** How to open handles in other processes. Default: clauses about several processes are skipped. */
  readonly child?: ChildModule
  /** How to reach the store through a proxy that injects faults. Default: clauses about faults are skipped. */
  readonly remote?: RemoteStore
  /** Clauses that the backend is known to violate, by id, each with the reason. Not possible for get, set and delete. */
  readonly except?: Readonly<Record<string, string>>
  /** Milliseconds after which a clause fails, not counting its waits. Default: 20 000. */
  readonly deadline?: number
  /** For `testCache`: options of its caches. Default: `onError: "throw"` and `operationTimeout: 15`. */
  readonly cacheOptions?: Omit<CacheOptions, "keyPrefix" | "version">
}

/** A JavaScript module for child processes. */
export interface ChildModule {
  /** `file:` URL or absolute path of a module that exports `create(data)`, which returns a backend on the same store. */
  readonly module: URL | string
  /** Passed to `create`; anything that structured clone supports. */
  readonly data?: unknown
}

/** A store reached over TCP. */
export interface RemoteStore extends StoreAddress {
  /** Further servers that a handle may connect to, such as the nodes of a cluster. Default: none. */
  readonly others?: readonly StoreAddress[]
  /**
   * Returns a new handle on the same store that connects only to these addresses: one per server, in the same order. Give
   * it short timeouts, because clauses wait for them, but at least half a second, because a slow reply takes a tenth.
   */
  create(address: StoreAddress, others: readonly StoreAddress[]): Backend<unknown> | Promise<Backend<unknown>>
}

/** The harness's deadline for a clause, in milliseconds. */
export function deadlineOf(harness: Harness): number {
  return harness.deadline ?? 20_000
}

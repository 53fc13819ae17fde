import type { Backend, CacheOptions } from "@larder/core"
import type { StoreAddress } from "./fault-proxy/fault-proxy.js"

/** Says how the backend under test is made, and how its clock is moved. */
export interface Harness {
  /** A new handle on the same store at each call. The store need not be empty, but have room for a few thousand small entries. */
  create(): Backend<unknown> | Promise<Backend<unknown>>
  /** Moves the store's clock forward at once. Default: time is real, and the suite waits. */
  advance?(milliseconds: number): void | Promise<void>
  /** Lets the suite open handles in other processes. Default: clauses about several processes are skipped. */
  readonly child?: ChildModule
  /** Lets the suite put a proxy with faults in front of the store. Default: clauses about faults are skipped. */
  readonly remote?: RemoteStore
  /** Clauses that the backend is known to break, by id, each with the reason. Not possible for get, set and delete. */
  readonly except?: Readonly<Record<string, string>>
  /** Milliseconds that one clause may work, its waits not counted, before it counts as failed. Default: 20 000. */
  readonly deadline?: number
  /** For `testCache`: options of the caches that it makes. Default: to reject on failures, and to wait 15 seconds for the store. */
  readonly cacheOptions?: Omit<CacheOptions, "keyPrefix" | "version">
}

/** A JavaScript module for child processes. */
export interface ChildModule {
  /** A `file:` URL or an absolute path of a module that exports `create(data)`, which answers a backend on the same store. */
  readonly module: URL | string
  /** Handed to `create`; anything that structured clone carries. */
  readonly data?: unknown
}

/** A store that is reached by TCP. */
export interface RemoteStore extends StoreAddress {
  /** Further servers that a handle may connect to, where the store has several, as a cluster. Default: none. */
  readonly others?: readonly StoreAddress[]
  /**
   * A new handle on the same store, which it reaches at these addresses and at no other: the place of each server, in the
   * same order. Give it short timeouts, but no shorter than half a second: clauses wait for them, and a slow reply takes a
   * tenth of a second.
   */
  create(address: StoreAddress, others: readonly StoreAddress[]): Backend<unknown> | Promise<Backend<unknown>>
}

/** The harness's deadline for one clause, in milliseconds. */
export function deadlineOf(harness: Harness): number {
  return harness.deadline ?? 20_000
}

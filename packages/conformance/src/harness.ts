import type { Backend, CacheOptions } from "@larder/core"

/** Says how the backend under test is made, and how its clock is moved. */
export interface Harness {
  /** A new handle on the same store at each call. The store need not be empty, but have room for a few thousand small entries. */
  create(): Backend<unknown> | Promise<Backend<unknown>>
  /** Moves the store's clock forward at once. Default: time is real, and the suite waits. */
  advance?(milliseconds: number): void | Promise<void>
  /** Lets the suite open handles in other processes. Default: clauses about several processes are skipped. */
  readonly child?: ChildModule
  /** Clauses that the backend is known to break, by id, each with the reason. Not possible for get, set and delete. */
  readonly except?: Readonly<Record<string, string>>
  /** Milliseconds that one clause may work, its waits not counted, before it counts as failed. Default: 20 000. */
  readonly deadline?: number
  /** For `testCache`: options of the caches that it makes. Default: none but to reject on failures. */
  readonly cacheOptions?: Omit<CacheOptions, "keyPrefix" | "version">
}

/** A JavaScript module for child processes. */
export interface ChildModule {
  /** A `file:` URL or an absolute path of a module that exports `create(data)`, which answers a backend on the same store. */
  readonly module: URL | string
  /** Handed to `create`; anything that structured clone carries. */
  readonly data?: unknown
}

/** The harness's deadline for one clause, in milliseconds. */
export function deadlineOf(harness: Harness): number {
  return harness.deadline ?? 20_000
}

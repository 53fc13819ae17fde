import { AsyncLocalStorage } from "node:async_hooks"

/**
 * What a fragment is rendered inside of: another fragment, or a page. What `cacheOf(request)` of `@larder/http` answers is
 * one.
 */
export interface Enclosing {
  /** What it shows depends on these too. */
  tags(...names: readonly string[]): void
  /** It shows what nobody else is to see: it is not stored. */
  skip(reason?: string): void
}

// What encloses a fragment is found through the async context, as an engine hands nothing of its own through includes,
// macros, helpers and components alike. Core keeps what a producer waits for in the same way.
const enclosing = new AsyncLocalStorage<Enclosing>()

/** What encloses the code that runs now. */
export function currentEnclosing(): Enclosing | undefined {
  return enclosing.getStore()
}

/** Runs `work`, all of whose fragments report to `inner` what they depend on. */
export function runInside<Result>(inner: Enclosing, work: () => Result): Result {
  return enclosing.run(inner, work)
}

/**
 * Renders a page: every fragment in it reports its tags to `page`, at a hit as at a miss, so that purging one of them drops
 * the page too. With `@larder/http`: `inPage(cacheOf(request), () => render())`.
 */
export function inPage<Result>(page: Enclosing, render: () => Result): Result {
  if (typeof page?.tags !== "function" || typeof page.skip !== "function") {
    throw new TypeError(
      "inPage needs what fragments report to, with tags() and skip(): cacheOf(request) of @larder/http",
    )
  }
  return runInside(page, render)
}

/** Adds tags to all fragments around the code that runs now, and to their page. Does nothing outside of them. */
export function tagEnclosing(...names: readonly string[]): void {
  currentEnclosing()?.tags(...names)
}

/**
 * Keeps all fragments around the code that runs now from being stored, and their page too. What they show is rendered
 * all the same. Does nothing outside of them.
 */
export function uncacheable(reason?: string): void {
  currentEnclosing()?.skip(reason)
}

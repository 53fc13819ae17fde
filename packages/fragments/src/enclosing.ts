import { AsyncLocalStorage } from "node:async_hooks"

/**
 * What encloses a fragment: another fragment, or a page, such as `cacheOf(request)` of `@larder/http` returns.
 */
export interface Enclosing {
  /** Adds tags that its output depends on. */
  tags(...names: readonly string[]): void
  /** Keeps it from being stored, for example because its output is private. */
  skip(reason?: string): void
}

// The enclosing fragment is found by the async context, because no engine passes a value of its own through includes,
// macros, helpers and components. Core tracks what a producer waits for in the same way.
const enclosing = new AsyncLocalStorage<Enclosing>()

/** What encloses the running code. */
export function currentEnclosing(): Enclosing | undefined {
  return enclosing.getStore()
}

/** Runs `work`; its fragments report their tags to `inner`. */
export function runInside<Result>(inner: Enclosing, work: () => Result): Result {
  return enclosing.run(inner, work)
}

/**
 * Renders a page: every fragment in it reports its tags to `page`, on hits and on misses, so that invalidating one of them
 * invalidates the page too. With `@larder/http`: `inPage(cacheOf(request), () => render())`. Throws a `TypeError` if `page`
 * has no `tags` and `skip`.
 */
export function inPage<Result>(page: Enclosing, render: () => Result): Result {
  if (typeof page?.tags !== "function" || typeof page.skip !== "function") {
    throw new TypeError(
      "inPage needs what fragments report to, with tags() and skip(): cacheOf(request) of @larder/http",
    )
  }
  return runInside(page, render)
}

/** Adds tags to all fragments around the running code, and to their page. Does nothing outside of them. */
export function tagEnclosing(...names: readonly string[]): void {
  currentEnclosing()?.tags(...names)
}

/**
 * Keeps all fragments around the running code, and their page, from being stored. They are rendered all the same. Does
 * nothing outside of them.
 */
export function uncacheable(reason?: string): void {
  currentEnclosing()?.skip(reason)
}

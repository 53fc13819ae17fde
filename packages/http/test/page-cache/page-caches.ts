import { Cache } from "@larder/core"
import { beforeEach } from "vitest"
import type { HeaderLines } from "../../src/engine/header-lines.js"
import { PageCache } from "../../src/page-cache.js"
import type { PageRequest, PageResponse } from "../../src/page-exchange.js"
import type { PageAnswer, PageFill } from "../../src/page-fill.js"
import type { PageCacheOptions } from "../../src/page-options.js"
import { request } from "../engine/requests.js"
import { ByteBackend } from "../servers/byte-backend.js"

/** The page caches of a test, all over one store. */
export interface PageCaches {
  /** The time, which is the same at the start of each test. */
  readonly clock: { now: number }
  /** A page cache as in another process: only the store is shared. */
  newCache(): Cache
  /** A page cache over a cache of its own, unless the options name one. */
  pageCache(options?: Partial<PageCacheOptions>): PageCache
}

/** Call it in a `describe`. Each test has an empty store. */
export function pageCaches(): PageCaches {
  const clock = { now: 0 }
  const now = (): number => clock.now
  let store = new ByteBackend(now)
  beforeEach(() => {
    clock.now = Date.UTC(2026, 10, 25)
    store = new ByteBackend(now)
  })
  const newCache = (): Cache => new Cache(store)
  return { clock, newCache, pageCache: (options = {}) => new PageCache({ cache: newCache(), now, ...options }) }
}

export const fresh: HeaderLines = [["Cache-Control", "max-age=60"]]

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function textOf(body: Uint8Array | null): string {
  return new TextDecoder().decode(body ?? new Uint8Array(0))
}

/** The run of the handler for a missing page. */
export async function fillFor(pages: PageCache, asked: PageRequest = request()): Promise<PageFill> {
  const found = await pages.lookup(asked)
  if (found.response !== undefined) throw new Error("The page was there")
  return found.fill
}

/** The text of the stored page; `undefined` if the handler has to run. */
export async function pageOf(pages: PageCache, asked: PageRequest = request()): Promise<string | undefined> {
  const found = await pages.lookup(asked)
  if (found.response === undefined) found.fill.abort()
  return found.response === undefined ? undefined : textOf(found.response.body)
}

/** Completes a run of the handler. */
export async function finish(
  fill: PageFill,
  body: string,
  headers: HeaderLines = fresh,
  status = 200,
): Promise<PageAnswer> {
  const answer = fill.head(status, headers)
  fill.chunk(bytes(body))
  await fill.end()
  return answer
}

export async function storePage(
  pages: PageCache,
  body: string,
  headers: HeaderLines = fresh,
  asked: PageRequest = request(),
): Promise<void> {
  await finish(await fillFor(pages, asked), body, headers)
}

/** The `Cache-Status` of a response. */
export function statusOf({ headers }: PageAnswer | PageResponse): string {
  return headers
    .filter(([name]) => name === "Cache-Status")
    .map(([, value]) => value)
    .join()
}

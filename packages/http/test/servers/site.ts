import { Cache } from "@larder/core"
import { beforeEach } from "vitest"
import { PageCache } from "../../src/page-cache.js"
import type { PageCacheOptions } from "../../src/page-options.js"
import { ByteBackend } from "./byte-backend.js"
import type { Host, Page, Seen, View } from "./entries.js"
import { type Answer, testServers } from "./listening.js"

/** One view behind one page cache, and a client. */
export interface Site {
  readonly pages: PageCache
  readonly store: ByteBackend
  readonly port: number
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  ask(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<Answer>
}

/** Starts sites of one framework. For each test, the clock and the list of requests are reset. */
export interface Sites {
  readonly clock: { now: number }
  /** The requests that the view has seen, one for each run. */
  readonly seen: Seen[]
  site(view: View, options?: Partial<PageCacheOptions>, proxied?: boolean): Promise<Site>
  /** A view whose response contains the number of its run. Without headers, it is fresh for a minute. */
  counted(headers?: Page["headers"], status?: number): View
  /** How often the view runs for two consecutive requests, for a response with these headers. */
  runs(
    view: View,
    first?: Record<string, string>,
    second?: Record<string, string>,
    options?: Partial<PageCacheOptions>,
  ): Promise<number>
}

/** Call it in the `describe` of a framework. */
export function sitesOf(host: Host): Sites {
  const clock = { now: 0 }
  const seen: Seen[] = []
  const open = testServers()
  beforeEach(() => {
    clock.now = Date.UTC(2026, 10, 25)
    seen.length = 0
  })
  const site: Sites["site"] = async (view, options = {}, proxied = false) => {
    const now = () => clock.now
    const store = new ByteBackend(now)
    const pages = new PageCache({ cache: new Cache(store), now, ...options })
    const server = await host.serve(
      pages,
      (request) => {
        seen.push(request)
        return view(request)
      },
      proxied,
    )
    const { port, get, ask } = open(server)
    return { pages, store, port, get, ask }
  }
  return {
    clock,
    seen,
    site,
    async runs(view, first = {}, second = first, options = {}) {
      const { get, pages } = await site(view, options)
      for (const headers of [first, second]) {
        await get("/page", headers)
        await pages.settled()
      }
      return seen.length
    },
    counted:
      (headers, status = 200) =>
      () => ({
        status,
        body: `run ${seen.length}`,
        ...(headers === undefined ? {} : { headers }),
      }),
  }
}

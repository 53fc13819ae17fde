import { Cache, operations } from "@larder/core"
import { LocmemBackend, LocmemStore } from "@larder/locmem"
import fc from "fast-check"
import { describe, expect, it, vi } from "vitest"
import type { HeaderLines } from "../src/engine/header-lines.js"
import { PageCache, type PageLookup } from "../src/page-cache.js"
import type { PageRequest } from "../src/page-exchange.js"
import type { CookiePolicy, PageCacheOptions, QueryPolicy } from "../src/page-options.js"
import { request } from "./engine/requests.js"
import { ByteBackend } from "./servers/byte-backend.js"

let now = Date.UTC(2026, 10, 25)

/** A store in memory without `getSync`, whose reads are all asynchronous. */
class WaitingBackend extends LocmemBackend {
  override readonly getSync = undefined as never
}

/** A request that knows synchronously which headers it lacks. */
function telling(asked: PageRequest, headers: Readonly<Record<string, string>> = {}): PageRequest {
  const lacks = (names: ReadonlySet<string>): boolean => Object.keys(headers).every((name) => !names.has(name))
  return { ...asked, headers: { get: asked.headers.get, lacks } }
}

const plain = telling(request())

async function store(pages: PageCache, headers: HeaderLines = [["Cache-Control", "max-age=60"]]): Promise<void> {
  const found = await pages.lookup(plain)
  if (found.response !== undefined) throw new Error("The page was there")
  found.fill.head(200, headers)
  found.fill.chunk(new TextEncoder().encode("page"))
  await found.fill.end()
}

describe("a hit", () => {
  it("is answered synchronously from a store in memory, and only there", async () => {
    const pages = new PageCache({ cache: new Cache(new LocmemBackend()) })
    await store(pages)
    expect(pages.lookup(plain)).toMatchObject({ response: { status: 200 } })
    const remote = new PageCache({ cache: new Cache(new ByteBackend()) })
    await store(remote)
    const looking = remote.lookup(plain)
    expect(looking).toBeInstanceOf(Promise)
    expect(await looking).toMatchObject({ response: { status: 200 } })
  })

  it("is answered synchronously in each variant", async () => {
    const pages = new PageCache({ cache: new Cache(new LocmemBackend()) })
    await store(pages, [
      ["Cache-Control", "max-age=60"],
      ["Vary", "Accept-Language"],
    ])
    expect(pages.lookup(plain)).toMatchObject({ response: { status: 200 } })
    const other = pages.lookup(request({ headers: { "accept-language": "de" } }))
    expect(other).toBeInstanceOf(Promise)
    const { response } = await other
    expect(response).toBeUndefined()
  })

  it("waits for a running purge", async () => {
    const pages = new PageCache({ cache: new Cache(new LocmemBackend()) })
    await store(pages)
    const purge = pages.purge({ url: "http://example.com/page" })
    const looking = pages.lookup(plain)
    expect(looking).toBeInstanceOf(Promise)
    expect((await looking).response).toBeUndefined()
    await purge
  })

  it("waits if the store is traced", async () => {
    const pages = new PageCache({ cache: new Cache(new LocmemBackend()) })
    await store(pages)
    const listener = (): void => {}
    operations.start.subscribe(listener)
    try {
      const looking = pages.lookup(plain)
      expect(looking).toBeInstanceOf(Promise)
      expect((await looking).response?.status).toBe(200)
    } finally {
      operations.start.unsubscribe(listener)
    }
  })

  it("may be stale while one refresh runs", async () => {
    const clock = { now: () => now }
    const pages = new PageCache({ cache: new Cache(new LocmemBackend(clock)), staleFor: "1h", ...clock })
    await store(pages)
    now += 61_000
    let refreshes = 0
    const context = {
      refresh: async () => {
        refreshes += 1
      },
    }
    expect(pages.lookup(plain, context)).toMatchObject({ control: { outcome: "stale" } })
    pages.lookup(plain, context)
    await pages.settled()
    expect(refreshes).toBe(1)
  })

  it("becomes a run of the handler if a function of the options throws", async () => {
    let broken = false
    const condition = (): boolean => {
      if (broken) throw new Error("broken")
      return true
    }
    const pages = new PageCache({ cache: new Cache(new LocmemBackend()), condition })
    await store(pages)
    broken = true
    expect(pages.lookup(plain)).toHaveProperty("fill")
  })
})

describe("a miss in a store in memory", () => {
  it.each<[string, HeaderLines]>([
    ["of a page", []],
    ["of a variant", [["Vary", "Accept-Language"]]],
  ])("%s reads the page's entry once", async (_of, more) => {
    const backend = new LocmemBackend()
    const pages = new PageCache({ cache: new Cache(backend) })
    if (more.length > 0) await store(pages, [["Cache-Control", "max-age=60"], ...more])
    const [get, getSync] = [vi.spyOn(backend, "get"), vi.spyOn(backend, "getSync")]
    const { response } = await pages.lookup(request({ headers: { "accept-language": "de" } }))
    expect(response).toBeUndefined()
    expect([get, getSync].map(({ mock }) => mock.calls.length)).toEqual([0, 1])
  })
})

describe("a store in memory that fails", () => {
  it.each(["miss", "throw"] as const)("has no page, with onError %j", async (onError) => {
    vi.spyOn(process, "emitWarning").mockReturnValue()
    const backend = new LocmemBackend()
    const pages = new PageCache({ cache: new Cache(backend, { onError }) })
    await store(pages)
    vi.spyOn(backend, "getSync").mockImplementation(() => {
      throw new Error("disk on fire")
    })
    expect(await pages.lookup(plain)).toHaveProperty("fill")
    vi.restoreAllMocks()
    expect(pages.lookup(plain)).toHaveProperty("response")
  })
})

const names = [
  ...["accept", "accept-language", "authorization", "cache-control", "content-length", "cookie", "forwarded", "host"],
  ...[
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "pragma",
    "range",
    "upgrade",
  ],
  ...["user-agent", "x-forwarded-host", "x-forwarded-proto", "x-host", "x-http-method-override", "x-rewrite-url"],
]
const values = [
  "",
  "*",
  "1",
  "a=b",
  "bytes=0-1",
  "no-cache",
  "only-if-cached",
  "example.com",
  "https",
  '"x"',
  "max-age=0",
]
const headers = fc.dictionary(fc.constantFrom(...names), fc.constantFrom(...values), { maxKeys: 3 })
const options: fc.Arbitrary<Partial<PageCacheOptions>> = fc.record(
  {
    profile: fc.constantFrom("safe", "rfc"),
    cookies: fc.constantFrom<CookiePolicy[]>("bypass", "strip", "ignore", ["a"]),
    ranges: fc.boolean(),
    obeyClients: fc.boolean(),
    query: fc.constantFrom<QueryPolicy[]>("all", { sort: true }, { ignore: ["b"] }),
    status: fc.constantFrom("always", "never"),
    vary: fc.constantFrom<string[][]>([], ["accept-language"]),
  },
  { requiredKeys: [] },
)
const asked = fc.record({
  method: fc.constantFrom("GET", "GET", "GET", "HEAD", "POST"),
  scheme: fc.constantFrom("http", "https"),
  authority: fc.constantFrom("example.com", "example.com:80"),
  target: fc.constantFrom("/page", "/page?b=1&a=2", "/page?a=2&b=1", `/${"x".repeat(9_000)}`),
  hasBody: fc.constantFrom(false, false, true),
})

/** The visible parts of a response, or of the run of the handler. */
async function seen(looking: PageLookup | Promise<PageLookup>): Promise<unknown> {
  const found = await looking
  if (found.response !== undefined) return { response: found.response, outcome: found.control.outcome }
  const { target, overrides, control } = found.fill
  found.fill.abort()
  return { target, overrides, outcome: control.outcome }
}

describe("the short path for plain requests", () => {
  it("gives the same response as the full path, for any request", async () => {
    await fc.assert(
      fc.asyncProperty(
        options,
        fc.array(fc.tuple(asked, headers), { minLength: 1, maxLength: 8 }),
        async (given, all) => {
          const entries = new LocmemStore()
          const clock = { now: () => now }
          const short = new PageCache({ ...given, cache: new Cache(new LocmemBackend({ store: entries })), ...clock })
          const long = new PageCache({ ...given, cache: new Cache(new WaitingBackend({ store: entries })), ...clock })
          for (const [parts, sent] of all) {
            const one = request({ ...parts, headers: sent })
            const found = await long.lookup(one)
            if (found.response === undefined) {
              found.fill.head(200, [["Cache-Control", "public, max-age=60"]])
              found.fill.chunk(new TextEncoder().encode("page"))
              await found.fill.end()
            }
            expect(await seen(short.lookup(telling(one, sent)))).toEqual(await seen(long.lookup(one)))
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})

import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { HeaderLine, HeaderLines } from "../../src/engine/header-lines.js"
import { decideStore, type StoreDecision } from "../../src/engine/store-decision.js"
import type { PageCacheOptions } from "../../src/page-options.js"
import { policy } from "./requests.js"

const now = Date.UTC(2026, 10, 25)
const fresh: HeaderLine = ["Cache-Control", "max-age=60"]
const date: HeaderLine = ["Date", new Date(now).toUTCString()]

interface Head {
  readonly status?: number
  readonly headers?: HeaderLines
  readonly authorized?: boolean
}

function decide(
  { status = 200, headers = [fresh], authorized = false }: Head,
  options: Partial<PageCacheOptions> = {},
): StoreDecision {
  return decideStore({ status, headers, authorized, requestTime: now, responseTime: now }, policy(options))
}

function reason(head: Head, options?: Partial<PageCacheOptions>): string {
  const decision = decide(head, options)
  return decision.store ? "stored" : decision.reason
}

/** The decisions of both profiles for a head. */
const rows: readonly [name: string, head: Head, safe: string, rfc: string][] = [
  ["an early hint", { status: 103 }, "status", "status"],
  ["a part", { status: 206 }, "status", "status"],
  ["a 304", { status: 304 }, "status", "status"],
  ["no-store", { headers: [["Cache-Control", "max-age=60, NO-STORE"]] }, "no-store", "no-store"],
  ["private", { headers: [["cache-control", "Private, max-age=60"]] }, "private", "private"],
  ["private on a second line", { headers: [fresh, ["Cache-Control", "private"]] }, "private", "private"],
  ["private fields", { headers: [["Cache-Control", 'max-age=60, private="X-A"']] }, "private", "stored"],
  [
    "a directive that only contains the word",
    { headers: [["Cache-Control", "max-age=60, x-private"]] },
    "stored",
    "stored",
  ],
  [
    "what is no directive",
    { headers: [["Cache-Control", "max-age=60, no store"]] },
    "malformed-cache-control",
    "stored",
  ],
  [
    "directives separated by semicolons",
    {
      headers: [
        ["Cache-Control", "private; max-age=60"],
        ["Last-Modified", "Wed, 18 Nov 2026 00:00:00 GMT"],
      ],
    },
    "private",
    "private",
  ],
  ["no-cache", { headers: [["Cache-Control", "max-age=60, no-cache"]] }, "no-cache", "no-cache"],
  ["no-cache for fields", { headers: [["Cache-Control", 'max-age=60, no-cache="X-A"']] }, "no-cache", "stored"],
  ["Vary: *", { headers: [fresh, ["Vary", "*"]] }, "vary", "vary"],
  ["Vary: * with white space", { headers: [fresh, ["Vary", "  *  "]] }, "vary", "vary"],
  ["Vary: * among others", { headers: [fresh, ["Vary", "Accept"], ["Vary", "Foo,*"]] }, "vary", "vary"],
  ["a Vary that is none", { headers: [fresh, ["Vary", "Accept Language"]] }, "vary", "vary"],
  ["nine varied headers", { headers: [fresh, ["Vary", "a,b,c,d,e,f,g,h,i"]] }, "vary", "stored"],
  ["Vary: Cookie", { headers: [fresh, ["Vary", "Accept ,Cookie "]] }, "vary-cookie", "stored"],
  ["Set-Cookie", { headers: [fresh, ["set-cookie", "a=b"]] }, "set-cookie", "stored"],
  ["Set-Cookie2", { headers: [fresh, ["Set-Cookie2", "a=b; Version=1"]] }, "set-cookie", "stored"],
  ["an authorised request", { authorized: true }, "authorization", "authorization"],
  [
    "an authorised request for a public page",
    { authorized: true, headers: [["Cache-Control", "public, max-age=60"]] },
    "stored",
    "stored",
  ],
  [
    "an authorised request and s-maxage",
    { authorized: true, headers: [["Cache-Control", "s-maxage=60"]] },
    "stored",
    "stored",
  ],
  [
    "an authorised request and must-revalidate",
    { authorized: true, headers: [["Cache-Control", "max-age=60, must-revalidate"]] },
    "stored",
    "stored",
  ],
  ["a nonce", { headers: [fresh, ["Content-Security-Policy", "script-src 'NONCE-abc'"]] }, "csp-nonce", "stored"],
  [
    "a nonce that is only reported",
    { headers: [fresh, ["Content-Security-Policy-Report-Only", "script-src 'nonce-abc'"]] },
    "csp-nonce",
    "stored",
  ],
  ["events", { headers: [fresh, ["Content-Type", "Text/Event-Stream; charset=utf-8"]] }, "stream", "stored"],
  ["a camera", { headers: [fresh, ["Content-Type", "multipart/x-mixed-replace; boundary=b"]] }, "stream", "stored"],
  ["trailers", { headers: [fresh, ["Trailer", "Server-Timing"]] }, "trailer", "stored"],
  [
    "a header that cannot be sent",
    { headers: [fresh, ["X-A", "a\r\nSet-Cookie: b"]] },
    "malformed-header",
    "malformed-header",
  ],
  ["a header without a name", { headers: [fresh, ["", "a"]] }, "malformed-header", "malformed-header"],
  ["a length that is none", { headers: [fresh, ["Content-Length", "4e3"]] }, "malformed-header", "malformed-header"],
  [
    "two lengths",
    {
      headers: [fresh, ["Content-Length", "4"], ["Content-Length", "5"]],
    },
    "malformed-header",
    "malformed-header",
  ],
  ["one length twice", { headers: [fresh, ["Content-Length", "4, 4"]] }, "stored", "stored"],
  ["203", { status: 203 }, "stored", "stored"],
  ["301", { status: 301 }, "stored", "stored"],
  ["308", { status: 308 }, "stored", "stored"],
  ["404 that says how long", { status: 404 }, "stored", "stored"],
  ["410 that says how long", { status: 410 }, "stored", "stored"],
  ["302 that says how long", { status: 302 }, "status", "stored"],
  ["500 that says how long", { status: 500 }, "status", "stored"],
  [
    "599 that wants to be understood",
    { status: 599, headers: [["Cache-Control", "max-age=60, must-understand"]] },
    "status",
    "status",
  ],
  [
    "200 that wants to be understood",
    { headers: [["Cache-Control", "max-age=60, must-understand, no-store"]] },
    "no-store",
    "stored",
  ],
  ["no word of freshness", { headers: [date] }, "no-lifetime", "no-lifetime"],
  [
    "only Last-Modified",
    { headers: [date, ["Last-Modified", "Wed, 18 Nov 2026 00:00:00 GMT"]] },
    "no-lifetime",
    "stored",
  ],
  ["max-age=0", { headers: [["Cache-Control", "max-age=0"]] }, "expired", "expired"],
  [
    "max-age=0 to be used stale",
    { headers: [["Cache-Control", "max-age=0, stale-while-revalidate=60"]] },
    "stored",
    "stored",
  ],
  [
    "max-age=0 to be used stale, and not",
    { headers: [["Cache-Control", "max-age=0, must-revalidate, stale-while-revalidate=60"]] },
    "expired",
    "expired",
  ],
  ["an Expires that has passed", { headers: [date, ["Expires", "0"]] }, "expired", "expired"],
  ["an Age beyond max-age", { headers: [fresh, ["Age", "61"]] }, "expired", "expired"],
  ["an invalid Age", { headers: [fresh, ["Age", "abc"]] }, "expired", "expired"],
]

describe.each(rows)("%s", (_, head, safe, rfc) => {
  it(`is ${safe} in the profile safe and ${rfc} in rfc`, () => {
    expect([reason(head), reason(head, { profile: "rfc" })]).toEqual([safe, rfc])
  })
})

describe("options", () => {
  it("allow storing pages that must be revalidated, if the handler answers conditional requests", () => {
    const head = {
      headers: [
        ["Cache-Control", "no-cache"],
        ["ETag", '"a"'],
      ] as const,
    }
    for (const profile of ["safe", "rfc"] as const) {
      const decision = decide(head, { profile, conditionalHandler: true })
      expect(decision).toMatchObject({ store: true, freshness: { noCache: true } })
    }
    const unsaid = (status: number, ...more: HeaderLines) =>
      reason({ status, headers: [["ETag", '"a"'], ...more] }, { profile: "rfc", conditionalHandler: true })
    expect([unsaid(200), unsaid(404), unsaid(502), unsaid(302)]).toEqual([
      "stored",
      "stored",
      "no-lifetime",
      "no-lifetime",
    ])
    expect([unsaid(502, ["Cache-Control", "public"]), unsaid(502, ["Cache-Control", "no-cache"])]).toEqual([
      "stored",
      "no-lifetime",
    ])
  })

  it("allow storing pages that vary by cookies, if cookies are part of the key", () => {
    const head = { headers: [fresh, ["Vary", "Cookie"]] as const }
    expect(decide(head, { cookies: "ignore" })).toMatchObject({ store: true, vary: ["cookie"] })
    expect(decide({}, { cookies: ["theme"] })).toMatchObject({ store: true, vary: ["cookie"] })
    expect(reason(head, { cookies: "strip" })).toBe("vary-cookie")
  })

  it("allow storing a page without the cookies that it sets", () => {
    const decision = decide({ headers: [fresh, ["Set-Cookie", "a=b"]] }, { setCookie: "strip" })
    expect(decision.store && decision.withheld.has("set-cookie")).toBe(true)
  })

  it("remove fields listed by private and no-cache", () => {
    const decision = decide(
      { headers: [["Cache-Control", 'max-age=60, private="X-A", no-cache="X-B"']] },
      { profile: "rfc" },
    )
    expect(decision.store && [...decision.withheld]).toEqual(["x-a", "x-b"])
  })

  it("make a page for one origin vary by Origin", () => {
    const headers = (value: string) => ({ headers: [fresh, ["Access-Control-Allow-Origin", value]] as const })
    expect(decide(headers("https://a.example"))).toMatchObject({ vary: ["origin"] })
    expect(decide(headers("*"))).toMatchObject({ vary: [] })
    expect(decide(headers("https://a.example"), { profile: "rfc" })).toMatchObject({ vary: [] })
  })

  it("make an encoded page vary by Accept-Encoding", () => {
    const head = { headers: [fresh, ["Content-Encoding", "br"]] as const }
    expect(decide(head)).toMatchObject({ vary: ["accept-encoding"] })
    expect(decide(head, { profile: "rfc" })).toMatchObject({ vary: [] })
  })

  it("set the lifetime of errors", () => {
    const options = { cacheErrors: { 404: "10s", 503: 5 } } as const
    expect(decide({ status: 404, headers: [] }, options)).toMatchObject({ freshness: { lifetime: 10_000 } })
    expect(decide({ status: 503, headers: [] }, options)).toMatchObject({ freshness: { lifetime: 5_000 } })
    expect(decide({ status: 404 }, options)).toMatchObject({ freshness: { lifetime: 60_000 } })
    expect(reason({ status: 404, headers: [] })).toBe("no-lifetime")
  })
})

describe("the lifetime", () => {
  const lifetime = (headers: HeaderLines, options?: Partial<PageCacheOptions>) => {
    const decision = decide({ headers: [date, ...headers] }, options)
    return decision.store ? decision.freshness.lifetime / 1_000 : decision.reason
  }
  const expires: HeaderLine = ["Expires", new Date(now + 30_000).toUTCString()]

  it.each<[string, HeaderLines, Partial<PageCacheOptions>, number | string]>([
    [
      "a field for this cache alone",
      [
        ["Larder-Cache-Control", "max-age=5"],
        ["Cache-Control", "s-maxage=6"],
      ],
      {},
      5,
    ],
    ["s-maxage", [["Cache-Control", "max-age=7, s-maxage=6"]], {}, 6],
    ["max-age", [["Cache-Control", "max-age=7"], expires], {}, 7],
    ["Expires less Date", [expires], {}, 30],
    ["no Expires beside a field for this cache", [["Larder-Cache-Control", "public"], expires], {}, "no-lifetime"],
    ["the default", [], { defaultTimeout: "9s" }, 9],
    ["what it says before the default", [["Cache-Control", "max-age=7"]], { defaultTimeout: 9 }, 7],
    ["the timeout before all that it says", [["Cache-Control", "max-age=7, s-maxage=6"], expires], { timeout: 8 }, 8],
    ["a timeout of zero", [fresh], { timeout: 0 }, "expired"],
    ["never", [], { timeout: null }, 2 ** 31],
    ["a tenth of its age", [["Last-Modified", new Date(now - 100_000).toUTCString()]], { profile: "rfc" }, 10],
    ["at most a day", [["Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT"]], { profile: "rfc" }, 86_400],
    ["at most 2 ** 31 seconds", [["Cache-Control", "max-age=99999999999"]], {}, 2 ** 31],
  ])("is %s", (_, headers, options, expected) => {
    expect(lifetime(headers, options)).toBe(expected)
  })

  it("starts now if an option sets it, and at the Date or Age of the response otherwise", () => {
    const old = { headers: [["Date", new Date(now - 20_000).toUTCString()], fresh] as const }
    expect(decide(old)).toMatchObject({ freshness: { initialAge: 20_000 } })
    expect(decide(old, { timeout: 60 })).toMatchObject({ freshness: { initialAge: 0, lifetime: 60_000 } })
    expect(decide({ headers: [date, fresh, ["Age", "30"]] })).toMatchObject({ freshness: { initialAge: 30_000 } })
  })

  it("is not that of pages for errors", () => {
    expect(reason({ status: 404, headers: [] }, { timeout: "1h" })).toBe("no-lifetime")
    expect(reason({ status: 500, headers: [] }, { timeout: "1h" })).toBe("status")
  })
})

describe("stale use", () => {
  it.each([
    ["max-age=60", { staleWhileRevalidate: 5_000, staleIfError: 6_000, mustRevalidate: false }],
    ["max-age=60, stale-while-revalidate=1, stale-if-error=2", { staleWhileRevalidate: 1_000, staleIfError: 2_000 }],
    ["s-maxage=60", { staleWhileRevalidate: 0, staleIfError: 0, mustRevalidate: true }],
    ["s-maxage=60, stale-while-revalidate=1", { staleWhileRevalidate: 1_000, staleIfError: 0, mustRevalidate: false }],
    ["s-maxage=60, stale-if-error=1", { staleWhileRevalidate: 0, staleIfError: 1_000, mustRevalidate: false }],
    ["max-age=60, must-revalidate", { mustRevalidate: true }],
    ["max-age=60, proxy-revalidate", { mustRevalidate: true }],
  ])("of %s", (value, freshness) => {
    const options = { staleFor: 5, staleIfError: 6 }
    expect(decide({ headers: [["Cache-Control", value]] }, options)).toMatchObject({ freshness })
  })
})

it("limits stale use by the options, and not by s-maxage, if they set the lifetime", () => {
  const head = { headers: [["Cache-Control", "s-maxage=5"]] as const }
  expect(decide(head, { timeout: 60, staleFor: 5 })).toMatchObject({
    freshness: { staleWhileRevalidate: 5_000, mustRevalidate: false },
  })
})

const names = fc.constantFrom(
  "Cache-Control",
  "Vary",
  "Expires",
  "Age",
  "Date",
  "Last-Modified",
  "ETag",
  "Trailer",
  "X-A",
  "CDN-Cache-Control",
  "Access-Control-Allow-Origin",
  "Content-Encoding",
  "Content-Length",
  "Content-Security-Policy",
  "Larder-Cache-Control",
)
const values = fc.oneof(
  fc.constantFrom(
    "max-age=60",
    "no-store",
    "private",
    "no-cache",
    "*",
    "Cookie",
    "public, s-maxage=5",
    "0",
    "must-understand, max-age=9",
    "must-revalidate, max-age=3",
    '"a"',
    new Date(now + 60_000).toUTCString(),
    "'nonce-a'",
  ),
  fc.string(),
)
const heads = fc.record({
  status: fc.oneof(
    fc.constantFrom(200, 203, 204, 206, 301, 302, 304, 308, 404, 410, 500, 599),
    fc.integer({ min: 100, max: 999 }),
  ),
  headers: fc.array(fc.tuple(names, values), { maxLength: 6 }),
  authorized: fc.boolean(),
})

it("never throws, and stores nothing in the profile safe that rfc would not store", () => {
  fc.assert(
    fc.property(heads, fc.option(fc.constantFrom(0, 5, 600), { nil: undefined }), (head, timeout) => {
      const options = timeout === undefined ? {} : { timeout }
      if (decide(head, options).store) expect(decide(head, { ...options, profile: "rfc" }).store).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

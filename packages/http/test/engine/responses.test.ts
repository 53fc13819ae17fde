import { describe, expect, it } from "vitest"
import type { RequestDirectives } from "../../src/engine/cache-control.js"
import { parseRequestDirectives } from "../../src/engine/cache-control.js"
import { formatCacheStatus } from "../../src/engine/cache-status.js"
import { isNotModified, rangeApplies } from "../../src/engine/conditional.js"
import { downstreamHead } from "../../src/engine/downstream.js"
import { confirms, freshenedHeaders } from "../../src/engine/freshen.js"
import type { HeaderLine, HeaderLines } from "../../src/engine/header-lines.js"
import { invalidationBy } from "../../src/engine/invalidation.js"
import { classifyRequest } from "../../src/engine/request-class.js"
import { respond } from "../../src/engine/respond.js"
import { keepFor, mayStandIn, reuseOf } from "../../src/engine/reuse.js"
import type { StoredHead } from "../../src/engine/stored-page.js"
import { policy, request, storedHead } from "./requests.js"

const now = Date.UTC(2026, 10, 25)
const head = storedHead(now, {
  headers: [
    ["Content-Type", "text/plain"],
    ["ETag", '"v1"'],
    ["Cache-Control", "max-age=60"],
  ],
  staleWhileRevalidate: 10_000,
  staleIfError: 20_000,
})
const page = { head, body: new TextEncoder().encode("0123456789") }

describe("a request", () => {
  it.each([
    [{ method: "POST" }, { kind: "method", unsafe: true }],
    [{ method: "PURGE" }, { kind: "method", unsafe: true }],
    [{ method: "OPTIONS" }, { kind: "method", unsafe: false }],
    [{ method: "QUERY" }, { kind: "method", unsafe: false }],
    [{ hasBody: true }, { kind: "bypass", reason: "body" }],
    [{ headers: { upgrade: "websocket" } }, { kind: "bypass", reason: "upgrade" }],
    [{ headers: { "if-match": '"a"' } }, { kind: "bypass", reason: "precondition" }],
    [{ headers: { "if-unmodified-since": "x" } }, { kind: "bypass", reason: "precondition" }],
    [{ target: `/${"a".repeat(8_192)}` }, { kind: "bypass", reason: "target-size" }],
    [{ headers: { "x-http-method-override": "DELETE" } }, { kind: "bypass", reason: "method-override" }],
    [{ headers: { "x-original-url": "/admin" } }, { kind: "bypass", reason: "method-override" }],
    [{ headers: { cookie: "session=1" } }, { kind: "bypass", reason: "cookie" }],
    [{ headers: { authorization: "Basic x" } }, { kind: "lookup", authorized: true }],
    [{ headers: { "x-api-key": "x" } }, { kind: "lookup", authorized: true }],
    [{ headers: { "x-access-token": "x" } }, { kind: "lookup", authorized: true }],
    [{ method: "HEAD" }, { kind: "lookup", head: true, authorized: false }],
    [{ headers: { "cache-control": "no-cache" } }, { kind: "lookup", directives: undefined }],
  ])("%j is %j", (options, expected) => {
    expect(classifyRequest(request(options), policy())).toMatchObject(expected)
  })

  it("may limit which pages are acceptable in the profile rfc", () => {
    const asked = request({ headers: { "cache-control": "no-cache" } })
    expect(classifyRequest(asked, policy({ obeyClients: true }))).toMatchObject({ directives: { noCache: true } })
    expect(classifyRequest(asked, policy({ profile: "rfc" }))).toMatchObject({ directives: { noCache: true } })
  })
})

describe("a stored page", () => {
  it.each<[string, Partial<StoredHead>, number, RequestDirectives | undefined, string]>([
    ["is fresh for its lifetime", {}, 59, undefined, "fresh"],
    ["is refreshed after it", {}, 60, undefined, "refresh"],
    ["is stale after that", {}, 70, undefined, "stale"],
    ["is fresh by a clock that is behind", {}, -60, undefined, "fresh"],
    ["is stale when it is from the future", {}, -61, undefined, "stale"],
    ["was older already", { initialAge: 30_000 }, 30, undefined, "refresh"],
    ["must not be used stale", { mustRevalidate: true }, 60, undefined, "stale"],
    ["must be asked for each time", { noCache: true }, 0, undefined, "stale"],
    ["is not what a client wants", {}, 0, parseRequestDirectives("no-cache"), "request"],
    ["is too old for a client", {}, 11, parseRequestDirectives("max-age=10"), "request"],
    ["is young enough for a client", {}, 9, parseRequestDirectives("max-age=10"), "fresh"],
    ["is too old for max-age=0", {}, 0, parseRequestDirectives("max-age=0"), "request"],
    ["is not fresh for long enough", {}, 55, parseRequestDirectives("min-fresh=10"), "request"],
    ["is stale, and the client has nothing against it", {}, 100, parseRequestDirectives("max-stale=60"), "fresh"],
    ["is too stale for the client", {}, 130, parseRequestDirectives("max-stale=60"), "stale"],
    [
      "is stale, and must not be, whatever the client says",
      { mustRevalidate: true },
      61,
      parseRequestDirectives("max-stale"),
      "stale",
    ],
  ])("%s", (_, changes, seconds, asked, expected) => {
    expect(reuseOf({ ...head, ...changes }, asked, now + seconds * 1_000)).toBe(expected)
  })

  it("replaces a failing handler for a limited time", () => {
    expect(mayStandIn(head, now + 79_000)).toBe(true)
    expect(mayStandIn(head, now + 80_000)).toBe(false)
    expect(mayStandIn({ ...head, mustRevalidate: true }, now + 61_000)).toBe(false)
    expect(mayStandIn({ ...head, noCache: true }, now)).toBe(false)
    expect(mayStandIn({ ...head, status: 503 }, now + 61_000)).toBe(false)
    expect(mayStandIn({ ...head, status: 404 }, now + 61_000)).toBe(true)
  })

  it("is stored for as long as it can be used", () => {
    expect(keepFor(head, now, false)).toBe(80_000)
    expect(keepFor({ ...head, mustRevalidate: true }, now, false)).toBe(60_000)
    expect(keepFor(head, now, true)).toBeGreaterThan(80_000)
  })
})

describe("the response", () => {
  const answer = (headers: Record<string, string>, changes: Partial<StoredHead> = {}, method = "GET", options = {}) => {
    const asked = { head: method === "HEAD", headers: request({ headers }).headers }
    const {
      status,
      headers: lines,
      body,
    } = respond({ head: { ...head, ...changes }, body: page.body }, asked, policy(options), now + 5_900)
    return { status, headers: Object.fromEntries(lines), body: body === null ? null : Buffer.from(body).toString() }
  }

  it("is the page with its Age", () => {
    expect(answer({})).toEqual({
      status: 200,
      headers: {
        "Content-Type": "text/plain",
        ETag: '"v1"',
        "Cache-Control": "max-age=60",
        "Content-Length": "10",
        Age: "5",
      },
      body: "0123456789",
    })
  })

  it("is only the head for a HEAD", () => {
    expect(answer({}, {}, "HEAD")).toMatchObject({ status: 200, headers: { "Content-Length": "10" }, body: null })
    expect(answer({ range: "bytes=0-1" }, {}, "HEAD")).toMatchObject({ status: 200 })
  })

  it("is a 304 with only the fields that describe the page", () => {
    expect(answer({ "if-none-match": 'W/"v1"' })).toEqual({
      status: 304,
      headers: { ETag: '"v1"', "Cache-Control": "max-age=60", Age: "5" },
      body: null,
    })
  })

  it("keeps the CORS fields, also as a 304", () => {
    const headers: HeaderLines = [...head.headers, ["Access-Control-Allow-Origin", "*"], ["X-A", "1"]]
    expect(answer({ "if-none-match": '"v1"' }, { headers }).headers).toEqual({
      ETag: '"v1"',
      "Cache-Control": "max-age=60",
      "Access-Control-Allow-Origin": "*",
      Age: "5",
    })
  })

  it("has no digest of the whole page in a range (RFC 9530, 2)", () => {
    const headers: HeaderLines = [
      ...head.headers,
      ["Content-Digest", "sha-256=:eA==:"],
      ["Repr-Digest", "sha-256=:eA==:"],
    ]
    expect(answer({}, { headers }).headers).toHaveProperty("Content-Digest")
    const part = answer({ range: "bytes=2-3" }, { headers })
    expect(part.headers).toHaveProperty("Repr-Digest")
    expect(part.headers).not.toHaveProperty("Content-Digest")
  })

  it("has no body with the statuses 204 and 205, which `Response` refuses", () => {
    for (const status of [204, 205]) {
      const { headers, body } = answer({}, { status })
      expect([headers["Content-Length"], body]).toEqual([status === 204 ? undefined : "0", null])
    }
  })

  it("is a range, which outer middleware must not compress", () => {
    expect(answer({ range: "bytes=2-3" })).toMatchObject({
      status: 206,
      headers: { "Content-Range": "bytes 2-3/10", "Content-Length": "2", "Cache-Control": "max-age=60, no-transform" },
      body: "23",
    })
    expect(answer({ range: "bytes=2-3" }, {}, "GET", { profile: "rfc" }).headers).toMatchObject({
      "Cache-Control": "max-age=60",
    })
    expect(answer({ range: "bytes=2-3" }, {}, "GET", { ranges: false }).status).toBe(200)
    expect(answer({ range: "bytes=20-" })).toMatchObject({
      status: 416,
      headers: { "Content-Range": "bytes */10" },
      body: "",
    })
    expect(answer({ range: "bytes=0-1,4-5" })).toMatchObject({ status: 200, body: "0123456789" })
  })

  it("is a range only if the client has the same page", () => {
    expect(answer({ range: "bytes=2-3", "if-range": '"v1"' }).status).toBe(206)
    expect(answer({ range: "bytes=2-3", "if-range": '"v2"' }).status).toBe(200)
    expect(answer({ range: "bytes=2-3", "if-range": 'W/"v1"' }).status).toBe(200)
  })

  it("is a stored error unchanged", () => {
    expect(answer({ "if-none-match": '"v1"', range: "bytes=0-1" }, { status: 404 })).toMatchObject({
      status: 404,
      body: "0123456789",
    })
  })
})

describe("conditions", () => {
  const modified = "Wed, 25 Nov 2026 00:00:00 GMT"
  const earlier = "Tue, 24 Nov 2026 00:00:00 GMT"

  it.each<[Record<string, string>, HeaderLines, boolean]>([
    [{ "if-none-match": '"a"' }, [["ETag", '"a"']], true],
    [{ "if-none-match": '"x", W/"a"' }, [["ETag", '"a"']], true],
    [{ "if-none-match": '"a"' }, [["ETag", 'W/"a"']], true],
    [{ "if-none-match": '"a, b"' }, [["ETag", '"a']], false],
    [{ "if-none-match": "a" }, [["ETag", '"a"']], false],
    [{ "if-none-match": "*" }, [], true],
    [
      { "if-none-match": '"b"', "if-modified-since": modified },
      [
        ["ETag", '"a"'],
        ["Last-Modified", earlier],
      ],
      false,
    ],
    [{ "if-modified-since": modified }, [["Last-Modified", modified]], true],
    [{ "if-modified-since": modified }, [["Last-Modified", earlier]], true],
    [{ "if-modified-since": earlier }, [["Last-Modified", modified]], false],
    [{ "if-modified-since": "yesterday" }, [["Last-Modified", earlier]], false],
    [{ "if-modified-since": modified }, [["Date", earlier]], true],
    [{ "if-modified-since": modified }, [], false],
    [{}, [["ETag", '"a"']], false],
  ])("%j of %j", (headers, lines, expected) => {
    expect(isNotModified(request({ headers }).headers, lines, now)).toBe(expected)
  })

  it("accept in If-Range only an identical Last-Modified that is older than the response", () => {
    const applies = (condition: string, ...date: HeaderLines) =>
      rangeApplies(request({ headers: { "if-range": condition } }).headers, [["Last-Modified", modified], ...date])
    const later: HeaderLine = ["Date", "Wed, 25 Nov 2026 00:00:01 GMT"]
    expect([applies(modified, later), applies(earlier, later), applies("", later)]).toEqual([true, false, false])
    expect([applies(modified, ["Date", modified]), applies(modified)]).toEqual([false, false])
  })
})

describe("the freshness that clients see", () => {
  const told = (lines: HeaderLines, options: object, lifetime?: number) =>
    Object.fromEntries(downstreamHead(lines, policy(options), { lifetime, vary: ["origin"], now }))
  const dated: HeaderLines = [["Date", "x"]]

  it("is the handler's, with what the page depends on", () => {
    expect(told([...dated, ["Larder-Cache-Control", "max-age=5"]], {}, 5_000)).toEqual({ Date: "x", Vary: "origin" })
    expect(told([["Vary", "Origin"]], {})).toEqual({ Date: new Date(now).toUTCString(), Vary: "Origin" })
    expect(told([...dated, ["Vary", "*"]], {})).toEqual({ Date: "x", Vary: "*" })
  })

  it("is the lifetime of the page if the handler sets none", () => {
    const options = { downstream: "django" }
    expect(told(dated, options, 60_000)).toEqual({
      Date: "x",
      Vary: "origin",
      Expires: "Wed, 25 Nov 2026 00:01:00 GMT",
      "Cache-Control": "max-age=60",
    })
    expect(told([...dated, ["Cache-Control", "public"]], options, 60_000)).not.toHaveProperty("Expires")
    expect(told(dated, options)).not.toHaveProperty("Expires")
  })

  it("can be to revalidate each time", () => {
    expect(
      told([...dated, ["Cache-Control", "max-age=9"], ["Expires", "y"]], { downstream: "revalidate" }, 60_000),
    ).toEqual({
      Date: "x",
      Vary: "origin",
      "Cache-Control": "no-cache",
    })
    const control = told([...dated, ["Cache-Control", "max-age=9, No-Transform"]], { downstream: "revalidate" }, 60_000)
    expect(control["Cache-Control"]).toBe("no-cache, no-transform")
  })
})

it("freshens a head by a 304, except for fields that describe the stored bytes", () => {
  const stored: HeaderLines = [
    ["ETag", '"a"'],
    ["X-A", "1"],
    ["X-B", "1"],
    ["Content-Length", "5"],
    ["Content-Encoding", "gzip"],
    ["Content-Digest", "sha-256=:eA==:"],
  ]
  const update: HeaderLines = [
    ["etag", '"b"'],
    ["x-a", "2"],
    ["x-a", "3"],
    ["Content-Length", "0"],
    ["Content-Encoding", "br"],
    ["Content-Digest", "sha-256=:47DEQ==:"],
    ["Connection", "x-c"],
    ["X-C", "1"],
  ]
  expect(freshenedHeaders(stored, update)).toEqual([
    ["ETag", '"a"'],
    ["X-B", "1"],
    ["Content-Length", "5"],
    ["Content-Encoding", "gzip"],
    ["Content-Digest", "sha-256=:eA==:"],
    ["x-a", "2"],
    ["x-a", "3"],
  ])
})

it.each<[string, boolean, HeaderLines, HeaderLines]>([
  ["the same strong tag", true, [["ETag", '"a"']], [["ETag", '"a"']]],
  ["another strong tag", false, [["ETag", '"b"']], [["ETag", '"a"']]],
  ["a strong tag for a weak one", false, [["ETag", '"a"']], [["ETag", 'W/"a"']]],
  ["a weak tag for a strong one", true, [["ETag", 'W/"a"']], [["ETag", '"a"']]],
  ["another weak tag", false, [["ETag", 'W/"b"']], [["ETag", 'W/"a"']]],
  ["a tag where there was none", false, [["ETag", '"a"']], [["Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT"]]],
  [
    "the same date",
    true,
    [["last-modified", "Sun, 22 Nov 2026 00:00:00 GMT"]],
    [["Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT"]],
  ],
  [
    "another date",
    false,
    [["Last-Modified", "Mon, 23 Nov 2026 00:00:00 GMT"]],
    [["Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT"]],
  ],
  ["nothing of the kind", true, [["X-A", "1"]], [["ETag", '"a"']]],
])("a 304 with %s confirms the stored response: %s", (_, confirmed, fresh, stored) => {
  expect(confirms(fresh, stored)).toBe(confirmed)
})

describe("an unsafe request", () => {
  const gone = (status: number, headers: HeaderLines) => {
    const { addresses, groups } = invalidationBy(request({ method: "POST", target: "/a/b" }), status, headers)
    return [addresses.map(({ target }) => target), groups]
  }

  it("invalidates its URL, and those on the same host that its response names", () => {
    expect(
      gone(303, [
        ["Location", "/c"],
        ["Content-Location", "d?e"],
      ]),
    ).toEqual([["/a/b", "/c", "/a/d?e"], []])
    expect(gone(200, [["Location", "https://example.com/c"]])).toEqual([["/a/b", "/c"], []])
    expect(gone(200, [["Location", "http://other.example/c"]])).toEqual([["/a/b"], []])
    expect(gone(200, [["Location", "http://["]])).toEqual([["/a/b"], []])
  })

  it("invalidates the cache groups that its response names", () => {
    expect(gone(200, [["Cache-Group-Invalidation", '"a", "B"']])).toEqual([["/a/b"], ["a", "B"]])
    expect(gone(200, [["Cache-Group-Invalidation", "a"]])).toEqual([["/a/b"], []])
  })

  it("invalidates nothing when it fails", () => {
    expect(gone(400, [["Cache-Group-Invalidation", '"a"']])).toEqual([[], []])
    expect(gone(500, [])).toEqual([[], []])
  })
})

it.each([
  [{ hit: true, ttl: 287_500 }, "Larder; hit; ttl=287"],
  [
    { hit: true, ttl: -12_000, detail: "stale-while-revalidate" },
    "Larder; hit; ttl=-12; detail=stale-while-revalidate",
  ],
  [
    { forward: "uri-miss", forwardStatus: 200, ttl: 300_000, stored: true },
    "Larder; fwd=uri-miss; fwd-status=200; ttl=300; stored",
  ],
  [{ forward: "uri-miss", collapsed: true }, "Larder; fwd=uri-miss; collapsed"],
  [{ forward: "uri-miss", collapsed: false }, "Larder; fwd=uri-miss; collapsed=?0"],
  [{ forward: "bypass", detail: "two words", key: 'a"b' }, 'Larder; fwd=bypass; key="a\\"b"; detail="two words"'],
] as const)("%j is %s", (status, expected) => {
  expect(formatCacheStatus("Larder", status)).toBe(expected)
})

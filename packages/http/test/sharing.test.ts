import { describe, expect, it } from "vitest"
import { hosts, type Page, type View } from "./servers/entries.js"
import { sitesOf } from "./servers/site.js"

const fresh = { "Cache-Control": "max-age=60" }

describe.each(Object.entries(hosts))("%s does not share private responses", (_, host) => {
  const { seen, site, counted, runs } = sitesOf(host)

  it.each<[string, Page["headers"]]>([
    ["Vary: *", { ...fresh, Vary: "*" }],
    ["Vary: * with white space", { ...fresh, Vary: " \t* " }],
    ["Vary: Cookie among padded names", { ...fresh, Vary: "Accept ,Cookie " }],
    ["Vary: Cookie on a second line", { ...fresh, Vary: ["Accept", "Cookie"] }],
    ["a Vary that names no header", { ...fresh, Vary: "Accept Language" }],
    ["a page that varies by nine headers", { ...fresh, Vary: "a, b, c, d, e, f, g, h, i" }],
    ["Private", { "Cache-Control": "Private, max-age=60" }],
    ["NO-STORE", { "Cache-Control": "max-age=60, NO-STORE" }],
    ["no-cache", { "Cache-Control": "max-age=60, no-cache" }],
    ['private="Set-Cookie"', { "Cache-Control": 'max-age=60, private="Set-Cookie"' }],
    ["what is no directive", { "Cache-Control": "max-age=60, no store" }],
    ["Set-Cookie", { ...fresh, "Set-Cookie": "session=1" }],
    ["a nonce", { ...fresh, "Content-Security-Policy": "script-src 'nonce-abc'" }],
    ["a CSRF token", { ...fresh, "X-CSRF-Token": "x" }],
    ["a token for the next request", { ...fresh, Authorization: "Bearer x" }],
    ["an instruction to one browser", { ...fresh, "Clear-Site-Data": '"cookies"' }],
    ["no word of freshness", {}],
  ])("%s", async (_name, headers) => {
    expect(await runs(counted(headers))).toBe(2)
  })

  it.each([
    ["an authorised request", { Authorization: "Basic eA==" }],
    ["a request with a key", { "X-Api-Key": "x" }],
    ["a request with a token", { "X-Auth-Token": "x" }],
    ["a request whose user a proxy has authenticated", { "X-Forwarded-User": "x" }],
    ["a request with a proxy's assertion", { "Cf-Access-Jwt-Assertion": "x" }],
    ["a request with a cookie", { Cookie: "session=1" }],
  ])("%s", async (_name, headers) => {
    expect(await runs(counted(), headers)).toBe(2)
  })

  it("headers about the exchange with one client", async () => {
    const exchange = {
      "RateLimit-Policy": '"default"; q=100; w=60; pk=:Y2xpZW50:',
      RateLimit: '"default"; r=1; t=60',
      "X-RateLimit-Remaining": "1",
      "X-Request-Id": "first",
      "Server-Timing": "db;dur=53",
      "X-Response-Time": "53ms",
    }
    const { get, pages } = await site(counted({ ...fresh, ...exchange, "X-Page": "1" }))
    expect((await get("/")).headers).toMatchObject({ "x-request-id": "first", "server-timing": "db;dur=53" })
    await pages.settled()
    const { text, headers } = await get("/")
    expect([text, headers["x-page"]]).toEqual(["run 1", "1"])
    expect(Object.keys(headers)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/ratelimit|request-id|timing|response-time/)]),
    )
  })

  it("except responses to authorized requests that are explicitly public", async () => {
    expect(await runs(counted({ "Cache-Control": "public, max-age=60" }), { Authorization: "Basic eA==" }, {})).toBe(1)
  })

  it("and recognizes directives only as whole words", async () => {
    const headers = { "Cache-Control": 'max-age=60, my-directive="no-store", x-private' }
    expect(await runs(counted(headers))).toBe(1)
  })

  it("distinguishes a missing header from an empty one", async () => {
    const view = counted({ ...fresh, Vary: "X-Flavour" })
    expect(await runs(view, {}, { "X-Flavour": "" })).toBe(2)
  })

  it("does not serve a page for one origin to another", async () => {
    const view: View = ({ headers }) => ({
      headers: { ...fresh, "Access-Control-Allow-Origin": headers.origin ?? "null" },
      body: "data",
    })
    const { get } = await site(view)
    await get("/", { Origin: "https://a.example" })
    const other = await get("/", { Origin: "https://b.example" })
    expect(other.headers["access-control-allow-origin"]).toBe("https://b.example")
    expect(other.headers.vary?.toLowerCase()).toContain("origin")
  })

  it("serves an encoded page only to clients that accept the encoding, whatever its Vary", async () => {
    const view: View = ({ headers }) => {
      const zipped = headers["accept-encoding"] === "gzip"
      return { headers: { ...fresh, ...(zipped ? { "Content-Encoding": "gzip" } : {}) }, body: `run ${seen.length}` }
    }
    const { get } = await site(view)
    const gzip = { "Accept-Encoding": "gzip" }
    const first = await get("/", gzip)
    expect([first.text, first.headers.vary?.toLowerCase()]).toEqual(["run 1", "accept-encoding"])
    expect((await get("/")).headers["content-encoding"]).toBeUndefined()
    expect((await get("/", gzip)).text).toBe("run 1")
  })

  it("separates two hosts", async () => {
    const { get } = await site(({ headers }) => ({ headers: fresh, body: headers.host ?? "" }))
    expect((await get("/", { Host: "a.example" })).text).toBe("a.example")
    expect((await get("/", { Host: "b.example" })).text).toBe("b.example")
    expect((await get("/", { Host: "a.example" })).headers["cache-status"]).toContain("hit")
  })
})

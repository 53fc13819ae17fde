import { describe, expect, it } from "vitest"
import { hosts, hostsWithResponses } from "./servers/entries.js"
import { sendRaw } from "./servers/listening.js"
import { sitesOf } from "./servers/site.js"

const fresh = { "Cache-Control": "max-age=60" }

describe.each(Object.entries(hosts))("%s cannot be poisoned", (_, host) => {
  const { seen, site, counted, runs } = sitesOf(host)

  it.each([
    "Front-End-Https",
    "X-Forwarded-Host",
    "X-Forwarded-Path",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Proto",
    "X-Forwarded-Protocol",
    "X-Forwarded-Scheme",
    "X-Forwarded-Server",
    "X-Forwarded-Ssl",
    "X-Forwarded-Uri",
    "X-HTTP-Host-Override",
    "X-HTTP-Method",
    "X-HTTP-Method-Override",
    "X-Host",
    "X-Method-Override",
    "X-Original-Host",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Url-Scheme",
  ])("by a reflected %s", async (name) => {
    for (const profile of ["safe", "rfc"] as const) {
      const { get } = await site(({ headers }) => ({ headers: fresh, body: String(headers[name.toLowerCase()]) }), {
        profile,
      })
      await get("/", { [name]: "evil.example" })
      expect((await get("/")).text).toBe("undefined")
    }
  })

  it.each(["host=evil.example", 'for=a; Host = "evil.example"', 'for="x;host=evil.example"', "by=b, proto=https"])(
    "by the header Forwarded: %s",
    async (value) => {
      const { get } = await site(({ headers }) => ({ headers: fresh, body: String(headers.forwarded) }))
      await get("/", { Forwarded: value })
      expect((await get("/", { Forwarded: "for=192.0.2.1" })).text).toBe("for=192.0.2.1")
      expect((await get("/", { Forwarded: "for=192.0.2.2;proto=http" })).headers["cache-status"]).toContain("hit")
    },
  )

  it("by another host in the URL, or in a second line, than the one that the handler sees", async () => {
    const { get, port } = await site(({ headers, url }) => ({ headers: fresh, body: `${headers.host} ${url}` }))
    for (const lines of [
      ["GET http://a.example/page HTTP/1.1", "Host: evil.example"],
      ["GET http://evil.example/page HTTP/1.1", "Host: a.example"],
      ["GET /page HTTP/1.1", "Host: a.example", "Host: evil.example"],
      ["GET /page HTTP/1.1", "Host: a.example:80"],
      ["GET /page HTTP/1.1", "Host: A.EXAMPLE"],
    ]) {
      await sendRaw(port, ...lines)
      expect((await get("/page", { Host: "a.example" })).text).toBe("a.example /page")
    }
  })

  it("by an ignored parameter, because the handler does not see it", async () => {
    const { get } = await site(({ url, query }) => ({ headers: fresh, body: `${url} ${Object.keys(query)}` }), {
      query: { ignore: [/^utm_/] },
    })
    expect((await get("/a?utm_source=<script>&b=1")).text).toBe("/a?b=1 b")
    expect((await get("/a?b=1&utm_x=1;evil=1")).text).toBe("/a?b=1 b")
    expect(seen).toHaveLength(1)
  })

  it("by a parameter that is repeated, in another letter case, or hidden in the value of an ignored one", async () => {
    const { get } = await site(({ url }) => ({ headers: fresh, body: url }), { query: { ignore: ["utm_x"] } })
    for (const path of ["/?a=1", "/?a=1&a=2", "/?a=2&a=1", "/?A=1", "/?utm%5fx=1", "/?UTM_X=1"]) {
      expect((await get(path)).text).toBe(path)
    }
    expect((await get("/?a=1&utm_x=1;a=2")).text).toBe("/?a=1")
    expect(seen).toHaveLength(6)
  })

  it("by an ignored parameter next to another spelling of its name", async () => {
    const { get } = await site(({ query }) => ({ headers: fresh, body: JSON.stringify(query) }), {
      query: { ignore: ["utm_x"] },
    })
    expect((await get("/?utm_x=evil&utm%5Fx=1&b=2")).text).toBe('{"utm_x":"1","b":"2"}')
  })

  it("by a GET with a body", async () => {
    const { ask, get } = await site(counted())
    await ask("GET", "/", { "Content-Length": "4" }, "evil")
    expect((await get("/")).text).toBe("run 2")
  })

  it("by other methods", async () => {
    const { ask, get } = await site(counted())
    await ask("HEAD", "/")
    await ask("POST", "/")
    await ask("OPTIONS", "/")
    expect((await get("/")).text).toBe("run 4")
  })

  it.each([302, 400, 403, 500, 503])("by a response with status %i", async (status) => {
    expect(await runs(counted(fresh, status))).toBe(2)
  })

  it("by an error without a lifetime", async () => {
    expect(await runs(counted({}, 404), {}, {}, { defaultTimeout: 60 })).toBe(2)
  })

  it("by a path that looks like a style sheet", async () => {
    const { get } = await site(counted({ "Content-Type": "text/html" }))
    await get("/account/x.css")
    expect((await get("/account/x.css")).text).toBe("run 2")
  })

  it("by spellings of a path that some software normalizes", async () => {
    const { get } = await site(({ url }) => ({ headers: fresh, body: url }))
    for (const path of [
      "/a/b",
      "/a//b",
      "/a%2Fb",
      "/A/b",
      "/a/b/",
      "/a;x/b",
      "/a%00/b",
      "/a%0a/b",
      "/a/%2e%2e/b",
      "/a/b?",
      "/a/b?x",
      "/a/b?X",
    ]) {
      expect((await get(path)).headers["cache-status"]).toContain("fwd=uri-miss")
    }
  })

  it("by headers that look like the cache's own", async () => {
    const { get } = await site(({ cache }) => ({ headers: fresh, body: String(cache.revalidation) }))
    const forged = { "X-Larder-Revalidation": "1", "Cache-Status": "Larder; hit", "Larder-Cache-Control": "no-store" }
    expect((await get("/", forged)).text).toBe("false")
    expect((await get("/")).headers["cache-status"]).toContain("Larder; hit")
  })

  it("by more values of a varied header than the limit", async () => {
    const { get, store, pages } = await site(counted({ ...fresh, Vary: "X-Flavour" }), { limits: { variants: 8 } })
    for (let number = 0; number < 24; number += 1) await get("/", { "X-Flavour": String(number) })
    await pages.settled()
    // Eight variants, their index, and the tokens of their tags.
    expect([...store.entries.keys()].filter((key) => key.includes("page:")).length).toBeLessThanOrEqual(9 + 6)
    expect((await get("/", { "X-Flavour": "23" })).headers["cache-status"]).toContain("hit")
  })

  it("by a varied header that is too long", async () => {
    const view = counted({ ...fresh, Vary: "X-Flavour" })
    expect(await runs(view, { "X-Flavour": "a".repeat(2_000) })).toBe(2)
  })
})

// Hono's adapter for Node joins the lines of all fields.
const onlyFirstLines = Object.entries(hostsWithResponses).filter(([name]) => name !== "Hono on Node")

describe.each(onlyFirstLines)("%s cannot be poisoned", (_, host) => {
  const { site } = sitesOf(host)

  it("by second lines that Node ignores and still has in its raw headers", async () => {
    const { port } = await site(({ response, headers }) => {
      const { rawHeaders = [], headersDistinct = {} } = response?.req ?? {}
      const lines = rawHeaders.filter((_value, index) => /^(?:host|user-agent)$/i.test(rawHeaders[index - 1] ?? ""))
      const distinct = [headersDistinct.host, headersDistinct["user-agent"]]
      return {
        headers: { ...fresh, Vary: "User-Agent" },
        body: JSON.stringify([lines.sort(), distinct, headers.accept]),
      }
    })
    const twice = [
      "Host: a.example",
      "User-Agent: b",
      "Host: evil.example",
      "User-Agent: evil",
      "Accept: c",
      "Accept: d",
    ]
    expect(await sendRaw(port, "GET / HTTP/1.1", ...twice)).toContain(
      JSON.stringify([["a.example", "b"], [["a.example"], ["b"]], "c, d"]),
    )
  })
})

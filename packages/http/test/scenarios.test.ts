import { once } from "node:events"
import { request as httpRequest } from "node:http"
import { Readable } from "node:stream"
import { Cache } from "@larder/core"
import { describe, expect, it } from "vitest"
import { ByteBackend } from "./servers/byte-backend.js"
import { hosts, hostsBehindProxies, hostsWithResponses, type Page, type View } from "./servers/entries.js"
import { FaultyBackend } from "./servers/faulty-backend.js"
import { sendRaw } from "./servers/listening.js"
import { newGate } from "./servers/page-cache.js"
import { sitesOf } from "./servers/site.js"

const fresh = { "Cache-Control": "max-age=60" }

/** Requirements for every entry point: no request gets another's page, and every request gets a response. */
describe.each(Object.entries(hosts))("%s", (_, host) => {
  const { clock, seen, site, counted } = sitesOf(host)

  describe("does not reveal", () => {
    it("keys and reasons, except for debugging", async () => {
      const { get } = await site(counted({ "Cache-Control": "private" }), {
        debug: ({ headers }) => headers.get("x-debug") === "1",
      })
      expect((await get("/")).headers["cache-status"]).toBe("Larder; fwd=uri-miss; fwd-status=200")
      expect((await get("/", { "X-Debug": "1" })).headers["cache-status"]).toMatch(/; key="page:.*"; detail=private$/)
    })

    it("what happened, if an option says so", async () => {
      const { get } = await site(counted(), { status: "never" })
      for (const text of ["run 1", "run 1"]) {
        const answer = await get("/")
        expect([answer.text, answer.headers["cache-status"]]).toEqual([text, undefined])
      }
    })
  })

  describe("stores nothing", () => {
    /** A page that is fresh for a minute, and whose body breaks off. */
    function broken(): Page {
      const body = new Readable({ read() {} })
      body.push("half")
      setImmediate(() => body.destroy(new Error("broken")))
      return { headers: fresh, body }
    }

    it("for a body that breaks off", async () => {
      const { get, pages } = await site(() => (seen.length > 1 ? { headers: fresh, body: "whole" } : broken()))
      await expect(get("/")).rejects.toThrow()
      await pages.settled()
      expect((await get("/")).text).toBe("whole")
    })

    it("for a body whose client disconnected before its end", async () => {
      const source = new Readable({ read() {} })
      const { get, pages, port } = await site(() => ({ headers: fresh, body: seen.length > 1 ? "whole" : source }))
      source.push("half")
      const request = httpRequest({ host: "127.0.0.1", port, path: "/", agent: false }).end()
      const [response] = await once(request, "response")
      await once(response, "data")
      request.destroy()
      await new Promise((resolve) => response.once("close", resolve))
      source.destroy()
      await pages.settled()
      expect((await get("/")).text).toBe("whole")
    })

    it("for a body that does not match its Content-Length", async () => {
      const { get, pages } = await site(() =>
        seen.length > 1
          ? { headers: fresh, body: "whole" }
          : { headers: { ...fresh, "Content-Length": "9" }, body: Readable.from(["half"]) },
      )
      await expect(get("/")).rejects.toThrow()
      await pages.settled()
      expect((await get("/")).text).toBe("whole")
    })

    it("for a HEAD, which it answers from a stored page", async () => {
      const { get, ask } = await site(counted())
      const cold = await ask("HEAD", "/")
      expect([cold.status, cold.text]).toEqual([200, ""])
      expect((await get("/")).text).toBe("run 2")
      const warm = await ask("HEAD", "/")
      expect([warm.headers["content-length"], warm.text, seen.length]).toEqual(["5", "", 2])
    })
  })

  describe("serves pages of many kinds", () => {
    it("in the variant that the request asks for", async () => {
      const view: View = ({ headers }) => ({
        headers: { ...fresh, Vary: "X-Flavour" },
        body: String(headers["x-flavour"]),
      })
      const { get } = await site(view)
      for (const flavour of ["sweet", "sour", "sweet", "sour"]) {
        expect((await get("/", { "X-Flavour": flavour })).text).toBe(flavour)
      }
      expect(seen).toHaveLength(2)
      expect((await get("/", { "X-Flavour": "salty" })).headers["cache-status"]).toContain("fwd=vary-miss")
    })

    it("for the key extras of the options", async () => {
      const view: View = ({ headers }) => ({ headers: fresh, body: String(headers["accept-language"]) })
      const { get } = await site(view, {
        keyExtras: ({ headers }) => [headers.get("accept-language")?.slice(0, 2) ?? ""],
      })
      expect((await get("/", { "Accept-Language": "de-AT" })).text).toBe("de-AT")
      expect((await get("/", { "Accept-Language": "de-DE" })).text).toBe("de-AT")
      expect((await get("/", { "Accept-Language": "en" })).text).toBe("en")
    })

    it("for the listed cookies, and hides all others from the handler", async () => {
      const view: View = ({ headers }) => ({ headers: fresh, body: String(headers.cookie) })
      const { get } = await site(view, { cookies: ["theme"] })
      expect((await get("/", { Cookie: "session=1; theme=dark" })).text).toBe("theme=dark")
      expect((await get("/", { Cookie: "theme=dark; session=2" })).text).toBe("theme=dark")
      const plain = await get("/", { Cookie: "session=3" })
      expect(plain.text).toBe("undefined")
      expect(plain.headers.vary).toBe("cookie")
      expect(seen).toHaveLength(2)
    })

    it("with the headers and tags that the handler adds", async () => {
      const view: View = ({ cache, headers }) => {
        cache.vary("X-Flavour")
        cache.tags("news")
        return { headers: fresh, body: `${headers["x-flavour"]} ${seen.length}` }
      }
      const { get, pages } = await site(view)
      expect((await get("/", { "X-Flavour": "a" })).headers.vary).toBe("x-flavour")
      expect((await get("/", { "X-Flavour": "b" })).text).toBe("b 2")
      expect((await get("/", { "X-Flavour": "a" })).text).toBe("a 1")
      await pages.purge({ tag: "news" })
      expect((await get("/", { "X-Flavour": "a" })).text).toBe("a 3")
    })

    it("and tells the handler the result of the lookup", async () => {
      const { get, pages } = await site(({ cache }) => ({ headers: fresh, body: cache.outcome }), {
        staleIfError: 60,
      })
      expect((await get("/")).text).toBe("miss")
      expect((await get("/", { Cookie: "session=1" })).text).toBe("bypass")
      await pages.settled()
      clock.now += 61_000
      expect((await get("/")).text).toBe("stale")
    })

    it("except those that the handler excludes, with the reason for debugging", async () => {
      const view: View = ({ cache }) => {
        cache.skip("csrf")
        return { headers: fresh, body: `run ${seen.length}` }
      }
      const { get } = await site(view, { debug: () => true })
      expect((await get("/")).headers["cache-status"]).toMatch(
        /fwd=uri-miss; fwd-status=200; key="page:.*"; detail=csrf$/,
      )
      expect((await get("/")).text).toBe("run 2")
    })

    it("for the lifetime in a targeted field, which it removes", async () => {
      const { get } = await site(counted({ "Cache-Control": "no-store", "Larder-Cache-Control": "max-age=60" }))
      const first = await get("/")
      expect(first.headers).not.toHaveProperty("larder-cache-control")
      const second = await get("/")
      expect([second.text, second.headers["cache-control"]]).toEqual(["run 1", "no-store"])
      const passed = await get("/", { Cookie: "session=1" })
      expect(passed.text).toBe("run 2")
      expect(passed.headers).not.toHaveProperty("larder-cache-control")
    })

    it("with Expires and max-age if an option says so", async () => {
      const { get } = await site(counted({}), { timeout: "5m", downstream: "django" })
      const first = await get("/")
      expect([first.headers["cache-control"], first.headers.age]).toEqual(["max-age=300", undefined])
      clock.now += 1_000
      const second = await get("/")
      expect([second.headers["cache-control"], second.headers.age]).toEqual(["max-age=300", "1"])
      expect(second.headers.expires).toBe(first.headers.expires)
      expect(second.headers.expires).toBe(new Date(Date.UTC(2026, 10, 25, 0, 5)).toUTCString())
    })

    it("and makes browsers revalidate if an option says so", async () => {
      const { get } = await site(counted(), { downstream: "revalidate" })
      await get("/")
      const { headers } = await get("/")
      expect(headers["cache-control"]).toBe("no-cache")
      expect((await get("/", { "If-None-Match": String(headers.etag) })).status).toBe(304)
    })
  })

  describe("removes pages", () => {
    it("after an unsafe request to their URL, in all variants", async () => {
      const { get, ask, pages } = await site(counted({ ...fresh, Vary: "X-Flavour" }), { invalidate: true })
      await get("/a", { "X-Flavour": "a" })
      await get("/a", { "X-Flavour": "b" })
      await get("/b")
      await ask("POST", "/a")
      await pages.settled()
      expect((await get("/a", { "X-Flavour": "a" })).text).toBe("run 5")
      expect((await get("/a", { "X-Flavour": "b" })).text).toBe("run 6")
      expect((await get("/b")).text).toBe("run 3")
    })

    it("after an unsafe request to their absolute URL, or with a fragment, in which form nothing is stored", async () => {
      const { get, pages, port } = await site(counted(), { invalidate: true })
      const host = { Host: "a.example" }
      for (const target of ["http://a.example/a", "/a#b"]) {
        const before = (await get("/a", host)).text
        await sendRaw(port, `POST ${target} HTTP/1.1`, "Host: a.example", "Content-Length: 0")
        await pages.settled()
        expect((await get("/a", host)).text).not.toBe(before)
        await get("/a", host)
        const asked = await sendRaw(port, `GET ${target} HTTP/1.1`, "Host: a.example")
        // Fetch handlers always see the same URL.
        expect(asked).toMatch(/Larder; (?:fwd=bypass|hit)/)
      }
    })

    it("but not after an unsafe request that failed", async () => {
      const { get, ask } = await site(
        ({ method }) => ({ status: method === "POST" ? 500 : 200, headers: fresh, body: `run ${seen.length}` }),
        {
          invalidate: true,
        },
      )
      await get("/a")
      await ask("POST", "/a")
      expect((await get("/a")).text).toBe("run 1")
    })

    it("by the cache groups that responses name", async () => {
      const view: View = ({ method }) =>
        method === "POST"
          ? { headers: { "Cache-Group-Invalidation": '"news"' } }
          : { headers: { ...fresh, "Cache-Groups": '"news", "sport"' }, body: `run ${seen.length}` }
      const { get, ask, pages } = await site(view, { invalidate: true })
      await get("/a")
      await ask("POST", "/b")
      await pages.settled()
      expect((await get("/a")).text).toBe("run 3")
    })

    it("by URL and by prefix", async () => {
      const { get, pages } = await site(counted())
      const host = { Host: "a.example" }
      const ask = async (path: string): Promise<string> => (await get(path, host)).text
      for (const path of ["/blog/1", "/blog/2?p=1", "/blogs", "/blog"]) await ask(path)
      await pages.purge({ url: "http://a.example/blog/1" })
      expect(await Promise.all(["/blog/2?p=1", "/blogs", "/blog"].map(ask))).toEqual(["run 2", "run 3", "run 4"])
      expect(await ask("/blog/1")).toBe("run 5")
      await pages.purge({ prefix: "http://a.example/blog" })
      expect(await ask("/blogs")).toBe("run 3")
      for (const path of ["/blog/1", "/blog/2?p=1", "/blog"]) expect(await ask(path)).toMatch(/run [678]/)
    })

    it("also if they are being rendered", async () => {
      const gate = newGate()
      let version = "old"
      const { get, pages } = await site(async () => {
        const body = version
        if (seen.length === 1) await gate.opened
        return { headers: fresh, body }
      })
      const host = { Host: "a.example" }
      const early = get("/", host)
      await expect.poll(() => seen.length).toBe(1)
      version = "new"
      await pages.purge({ url: "http://a.example/" })
      expect((await get("/", host)).text).toBe("new")
      gate.open()
      expect((await early).text).toBe("old")
      await pages.settled()
      expect((await get("/", host)).text).toBe("new")
    })
  })

  describe("always responds", () => {
    it.each(["refusing", "silent"] as const)("when the store is %s", async (state) => {
      const backend = new FaultyBackend(new ByteBackend())
      const cache = new Cache(backend, { operationTimeout: "100ms" })
      const { get, ask, pages } = await site(counted(), { cache, invalidate: true })
      await get("/")
      await pages.settled()
      backend.state = state
      const answers = await Promise.all([get("/"), get("/other"), ask("POST", "/")])
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      expect(new Set(answers.map(({ text }) => text)).size).toBe(3)
      await pages.settled()
    })

    it.each(["refusing", "silent"] as const)(
      "and says of no page that it is stored when the store is %s",
      async (state) => {
        const backend = new FaultyBackend(new ByteBackend())
        const cache = new Cache(backend, { operationTimeout: "100ms" })
        const page = { headers: { ...fresh, "Content-Length": "4" }, body: "page" }
        const { get, pages } = await site(() => page, { cache, debug: () => true })
        expect((await get("/")).headers["cache-status"]).toContain("; stored")
        await pages.settled()
        backend.state = state
        const { text, headers } = await get("/other")
        expect(text).toBe("page")
        expect(headers["cache-status"]).not.toContain("stored")
        expect(headers["cache-status"]).toContain("detail=store-error")
        await pages.settled()
      },
    )

    it("when the store contains garbage, or entries of another version", async () => {
      const { get, store, pages } = await site(counted({ ...fresh, Vary: "X-Flavour" }))
      await get("/")
      await pages.settled()
      for (const damage of [
        (value: Uint8Array) => value.map((byte) => byte ^ 1),
        (value: Uint8Array) => value.slice(0, value.length / 2),
        () => new Uint8Array(9),
      ]) {
        for (const [key, entry] of store.entries) store.entries.set(key, { ...entry, value: damage(entry.value) })
        const runsBefore = seen.length
        expect((await get("/")).text).toBe(`run ${runsBefore + 1}`)
        await pages.settled()
        expect((await get("/")).text).toBe(`run ${runsBefore + 1}`)
      }
    })

    it("with the last good page when the handler fails, for the time in the options", async () => {
      const { get, pages } = await site(
        () => {
          if (seen.length > 1) throw new Error("broken")
          return { headers: fresh, body: "good" }
        },
        { staleIfError: 60 },
      )
      await get("/")
      await pages.settled()
      clock.now += 61_000
      const stale = await get("/")
      expect([stale.status, stale.text]).toEqual([200, "good"])
      expect(stale.headers["cache-status"]).toContain("fwd=stale")
      clock.now += 60_000
      expect((await get("/")).status).toBe(500)
    })

    it("with the last good page when the handler responds with 503", async () => {
      const { get, pages } = await site(
        () => (seen.length > 1 ? { status: 503, body: "broken" } : { headers: fresh, body: "good" }),
        { staleIfError: 60 },
      )
      await get("/")
      await pages.settled()
      clock.now += 61_000
      const stale = await get("/")
      expect([stale.status, stale.text, stale.headers["content-length"]]).toEqual([200, "good", "4"])
      expect(stale.headers["cache-status"]).toBe("Larder; fwd=stale; fwd-status=503")
    })

    it("concurrently when a page turns out not to be shareable", async () => {
      const gate = newGate()
      let running = 0
      const { get } = await site(async () => {
        running += 1
        if (running > 1) await gate.opened
        return { headers: { "Cache-Control": "private" }, body: "mine" }
      })
      await get("/")
      const crowd = Array.from({ length: 5 }, () => get("/"))
      await expect.poll(() => running).toBe(6)
      gate.open()
      expect((await Promise.all(crowd)).map(({ text }) => text)).toEqual(Array(5).fill("mine"))
    })

    it("to a long URL and to many headers", async () => {
      const { get } = await site(counted())
      const path = `/${"a".repeat(8_200)}`
      expect((await get(path)).text).toBe("run 1")
      expect((await get(path)).text).toBe("run 2")
      const many = Object.fromEntries(Array.from({ length: 900 }, (_value, index) => [`x-${index}`, "1"]))
      expect((await get("/", many)).text).toBe("run 3")
      expect((await get("/")).text).toBe("run 3")
    })

    it("when a function of the options throws", async () => {
      const broken = (): never => {
        throw new Error("broken")
      }
      for (const options of [{ tags: broken }, { keyExtras: broken }, { condition: broken }, { debug: broken }]) {
        const { get } = await site(counted(), options)
        expect((await get("/")).status).toBe(200)
      }
    })
  })
})

describe.each(Object.entries(hostsBehindProxies))("%s behind a trusted proxy", (_, host) => {
  const { seen, site, counted } = sitesOf(host)

  it("separates two schemes, but purges pages of both", async () => {
    const { get, pages } = await site(counted(), {}, true)
    const http = { Host: "a.example", "X-Forwarded-Proto": "http" }
    const https = { Host: "a.example", "X-Forwarded-Proto": "https" }
    expect([(await get("/", http)).text, (await get("/", https)).text]).toEqual(["run 1", "run 2"])
    expect([(await get("/", http)).text, (await get("/", https)).text]).toEqual(["run 1", "run 2"])
    await pages.purge({ url: "https://a.example/" })
    expect([(await get("/", http)).text, (await get("/", https)).text]).toEqual(["run 3", "run 4"])
    expect(seen).toHaveLength(4)
  })
})

describe.each(Object.entries(hostsWithResponses))("%s, whose views have the response of Node,", (_, host) => {
  const { seen, site } = sitesOf(host)

  /** Sends a GET and collects everything that is received. */
  async function exchange(port: number) {
    const request = httpRequest({ host: "127.0.0.1", port, path: "/", agent: false })
    const interim: [status: number, link: unknown][] = []
    request.on("information", ({ statusCode, headers }) => interim.push([statusCode, headers.link]))
    request.end()
    const [response] = await once(request, "response")
    let text = ""
    for await (const chunk of response) text += chunk
    return { interim, text, link: response.headers.link, trailers: response.trailers }
  }

  it("passes interim responses on, and does not store them", async () => {
    const { port } = await site(({ response }) => {
      response?.writeProcessing()
      response?.writeEarlyHints({ link: "</style.css>; rel=preload; as=style" })
      return { headers: fresh, body: `run ${seen.length}` }
    })
    expect(await exchange(port)).toMatchObject({
      interim: [
        [102, undefined],
        [103, "</style.css>; rel=preload; as=style"],
      ],
      text: "run 1",
      link: undefined,
    })
    expect(await exchange(port)).toMatchObject({ interim: [], text: "run 1", link: undefined })
  })

  it("passes trailers on, and does not store pages with them", async () => {
    const { port } = await site(({ response }) => ({
      headers: { ...fresh, Trailer: "X-Sum" },
      body: Readable.from([`run ${seen.length}`]).once("end", () => response?.addTrailers({ "X-Sum": "5" })),
    }))
    for (const text of ["run 1", "run 2"]) {
      expect(await exchange(port)).toMatchObject({ text, trailers: { "x-sum": "5" } })
    }
  })
})

// Hono's adapter sends what is set on the response of Node besides Hono's own.
const hostsWithNodeHeaders = Object.entries(hostsWithResponses).filter(([name]) => name !== "Hono on Node")

describe.each(hostsWithNodeHeaders)("%s, whose views set headers on the response of Node,", (_, host) => {
  const { seen, site, clock } = sitesOf(host)

  it("responds with the last good page, and none of the headers that the failed handler has set", async () => {
    const { get, pages } = await site(
      ({ response }) => {
        if (seen.length === 1) return { headers: fresh, body: "good" }
        response?.setHeader("Content-Encoding", "gzip").setHeader("Set-Cookie", "a=1")
        throw new Error("broken")
      },
      { staleIfError: 60 },
    )
    await get("/")
    await pages.settled()
    clock.now += 61_000
    const { status, text, headers } = await get("/")
    expect([status, text]).toEqual([200, "good"])
    for (const name of ["content-encoding", "set-cookie"]) expect(headers).not.toHaveProperty(name)
  })
})

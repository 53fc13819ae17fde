import type { IncomingMessage, ServerResponse } from "node:http"
import { Cache, ConfigurationError, createCaches, operations } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { FailingBackend, refusal } from "../../test/failing-backend.js"
import { Dashboard, type DashboardOptions } from "./dashboard.js"
import type { DashboardStats } from "./stats.js"

const dashboards: Dashboard<Request>[] = []

beforeEach(() => {
  vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
})

afterEach(() => {
  for (const dashboard of dashboards.splice(0)) dashboard.close()
  vi.restoreAllMocks()
})

function open(options: Partial<DashboardOptions<Request>> = {}): Dashboard<Request> {
  const caches = createCaches({ news: { backend: () => new LocmemBackend() } })
  const dashboard = new Dashboard<Request>({ caches, authorize: () => true, ...options })
  dashboards.push(dashboard)
  return dashboard
}

function get(dashboard: Dashboard<Request>, path: string, method = "GET"): Promise<Response> {
  return dashboard.fetch(new Request(`http://localhost${path}`, { method }))
}

async function statsOf(dashboard: Dashboard<Request>): Promise<DashboardStats> {
  return (await get(dashboard, "/stats.json")).json() as Promise<DashboardStats>
}

it("responds with a 500 if its figures cannot be collected", async () => {
  const dashboard = open()
  vi.spyOn(dashboard, "stats").mockRejectedValue(new Error("broken"))

  for (const path of ["/", "/stats.json"]) expect((await get(dashboard, path)).status).toBe(500)
})

describe("access", () => {
  it.each(["/", "/stats.json", "/nothing"])("is denied with a 403 for %s, before any cache is built", async (path) => {
    const build = vi.fn(() => new LocmemBackend())
    const dashboard = open({ caches: createCaches({ secret: { backend: build } }), authorize: () => false })

    for (const method of ["GET", "HEAD", "POST"]) {
      const response = await get(dashboard, path, method)
      expect(response.status).toBe(403)
      expect(await response.text()).toBe(method === "HEAD" ? "" : "Forbidden\n")
      expect(response.headers.get("allow")).toBeNull()
    }
    expect(build).not.toHaveBeenCalled()
  })

  it("is denied if authorize fails or returns anything but true", async () => {
    const failing = open({ authorize: () => Promise.reject(new Error("no session store")) })
    // @ts-expect-error: truthy, but not true
    const truthy = open({ authorize: () => "yes" })

    expect((await get(failing, "/")).status).toBe(403)
    expect((await get(truthy, "/")).status).toBe(403)
  })

  it("depends on the request that authorize receives", async () => {
    const dashboard = open({ authorize: async ({ headers }) => headers.get("authorization") === "Bearer operator" })
    const request = new Request("http://localhost/", { headers: { authorization: "Bearer operator" } })

    expect((await dashboard.fetch(request)).status).toBe(200)
    expect((await get(dashboard, "/")).status).toBe(403)
  })
})

describe("requests", () => {
  it.each([
    ["/", "/", "/stats.json"],
    ["/larder", "/larder", "/larder/stats.json"],
    ["/larder/", "/larder/", "/larder/stats.json"],
    ["/admin/caches", "/admin/caches/?a=b", "/admin/caches/stats.json?a=b"],
  ])("find the page and the figures at the path %s", async (path, page, stats) => {
    const dashboard = open({ path })
    const shown = await get(dashboard, page)

    expect(shown.headers.get("content-type")).toBe("text/html; charset=utf-8")
    expect(await shown.text()).toContain("<h1>Caches</h1>")
    expect((await (await get(dashboard, stats)).json()) as DashboardStats).toMatchObject({
      caches: [{ alias: "news" }],
    })
  })

  it.each(["/", "/larder"])("find a link to the figures in the page at %s", async (path) => {
    const text = await (await get(open({ path }), path)).text()
    const [, href = ""] = /<a href="([^"]+)">/.exec(text) ?? []

    expect(new URL(href, `http://localhost${path}`).pathname).toBe(path === "/" ? "/stats.json" : "/larder/stats.json")
  })

  it.each(["/nothing", "/larder/nothing", "/larders", "/larder//", "/larder/stats.json/", "//"])(
    "get a 404 for %s",
    async (path) => {
      expect((await get(open({ path: "/larder" }), path)).status).toBe(404)
    },
  )

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("get a 405 for the method %s", async (method) => {
    const response = await get(open(), "/", method)

    expect(response.status).toBe(405)
    expect(response.headers.get("allow")).toBe("GET, HEAD")
  })

  it("get no body for HEAD", async () => {
    const response = await get(open(), "/stats.json", "HEAD")

    expect(response.status).toBe(200)
    expect(response.body).toBeNull()
  })

  it.each(["/", "/stats.json", "/nothing"])(
    "get headers for %s that forbid storing, framing and sniffing",
    async (path) => {
      const { headers } = await get(open(), path)

      expect(headers.get("cache-control")).toBe("no-store")
      expect(headers.get("x-content-type-options")).toBe("nosniff")
      expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/)
    },
  )

  it("get a policy with their own nonce, and no inline code without it", async () => {
    const dashboard = open()
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const response = await get(dashboard, "/")
        const policy = response.headers.get("content-security-policy") ?? ""
        const [, nonce = ""] = /script-src 'nonce-([^']+)'; style-src 'nonce-\1'/.exec(policy) ?? []
        expect(policy).not.toContain("unsafe")
        const text = await response.text()
        const inline = [...text.matchAll(/<(?:script|style)\b[^>]*>/g)].map(([tag]) => tag)
        expect(inline).toEqual([`<style nonce="${nonce}">`, `<script nonce="${nonce}">`])
        expect(text).not.toMatch(/\s(?:on\w+|style)=/)
        return nonce
      }),
    )

    expect(nonces[0]).toMatch(/^[\w+/]{24}$/)
    expect(nonces[0]).not.toBe(nonces[1])
  })
})

describe("the page", () => {
  it("escapes aliases and error messages", async () => {
    const alias = `<img src=x onerror="alert(1)">`
    const backend = new FailingBackend()
    backend.failure = new Error("</p><script>alert(2)</script>")
    const text = await (await get(open({ caches: [new Cache(backend, { alias })] }), "/")).text()

    expect(text).not.toContain("<img")
    expect(text).not.toContain("<script>")
    expect(text).toContain("&#60;img src=x")
    expect(text).toContain("&#60;script&#62;alert(2)")
  })

  it("shows failing stores next to working ones", async () => {
    const broken = new FailingBackend()
    broken.failure = refusal()
    const caches = createCaches({
      broken: { backend: () => broken },
      unbuildable: {
        backend: () => {
          throw new Error("no such database")
        },
      },
      news: { backend: () => new LocmemBackend() },
    })
    const dashboard = open({ caches })
    await caches.news.set("k", 1)
    await caches.news.get("k")
    await caches.broken.get("k")

    expect(await statsOf(dashboard)).toMatchObject({
      caches: [
        {
          alias: "broken",
          backend: "flaky",
          outage: { code: "ECONNREFUSED" },
          lastMinute: { hitRate: 0, errors: 1 },
          report: { state: "failed", error: expect.stringContaining("ECONNREFUSED") },
        },
        { alias: "unbuildable", outage: null, report: { state: "failed", error: "no such database" } },
        {
          alias: "news",
          backend: "locmem",
          outage: null,
          lastMinute: { hitRate: 1, errors: 0 },
          report: { state: "available", stats: { entries: 1, evictions: 0 } },
        },
      ],
    })
    const text = await (await get(dashboard, "/")).text()
    expect(text).toContain("2 of 3")
    expect(text).toContain("no such database")
    expect(text).toMatch(/failing since .*: ECONNREFUSED/)
    expect(text).toContain("<strong>100 %</strong>")
  })

  it("has tables with row and column headers", async () => {
    const text = await (await get(open(), "/")).text()

    expect(text).toContain("<caption>Traffic of news</caption>")
    expect(text.match(/<th scope="col">/g)).toHaveLength(2)
    expect(text.match(/<th scope="row">/g)).toHaveLength(13)
    expect(text).toMatch(/<svg [^>]*role="img" aria-label="No lookups in the last ten minutes"/)
  })
})

describe("options", () => {
  it("require authorize", () => {
    const caches = [new Cache(new LocmemBackend())]

    // @ts-expect-error: it is required
    expect(() => new Dashboard({ caches })).toThrow(ConfigurationError)
    // @ts-expect-error: a list is not a function
    expect(() => new Dashboard({ caches, authorize: ["10.0.0.1"] })).toThrow(/authorize must be a function/)
    expect(operations.hasSubscribers).toBe(false)
  })

  it("require caches with different aliases", () => {
    const two = [new Cache(new LocmemBackend()), new Cache(new LocmemBackend())]

    expect(() => open({ caches: two })).toThrow(/have the alias "locmem": set one/)
    for (const caches of [undefined, new Cache(new LocmemBackend()), ["default"], {}]) {
      // @ts-expect-error: not caches
      expect(() => open({ caches })).toThrow(/needs caches/)
    }
    expect(operations.hasSubscribers).toBe(false)
  })

  it("are checked for unknown names and invalid paths", () => {
    // @ts-expect-error: misspelt
    expect(() => open({ autorize: () => true })).toThrow(/no option "autorize"/)
    expect(() => open({ path: "larder" })).toThrow(/must begin with a slash/)
  })
})

it("has handlers only for the type of request that authorize takes", async () => {
  const caches = [new Cache(new LocmemBackend())]
  const onNode = new Dashboard({ caches, authorize: ({ socket }: IncomingMessage) => socket.remoteAddress === "::1" })
  const onFetch = new Dashboard({ caches, authorize: ({ headers }: Request) => headers.has("authorization") })
  dashboards.push(onFetch)
  onNode.close()

  // @ts-expect-error: its requests are Node's
  expect((await onNode.fetch(new Request("http://localhost/"))).status).toBe(403)
  // @ts-expect-error: its requests are Fetch requests
  const misused: (request: IncomingMessage, response: ServerResponse) => void = onFetch.listener
  expect(misused).toBe(onFetch.listener)
})

it("counts from its creation until it is closed, and then responds with a 503", async () => {
  const caches = createCaches({ news: { backend: () => new LocmemBackend() } })
  await caches.news.get("k")
  const dashboard = open({ caches })
  await caches.news.get("k")
  expect((await dashboard.stats()).caches[0]?.lastMinute.lookups).toBe(1)
  expect(operations.hasSubscribers).toBe(true)
  dashboard.close()
  dashboard.close()
  expect(operations.hasSubscribers).toBe(false)
  expect((await get(dashboard, "/")).status).toBe(503)
})

it("shows closed caches", async () => {
  const cache = new Cache(new LocmemBackend(), { alias: "news" })
  await cache.close()

  expect(await statsOf(open({ caches: [cache] }))).toMatchObject({
    caches: [{ report: { state: "failed", error: expect.stringContaining("closed") } }],
  })
})

import { createServer } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { Hono } from "hono"
import { beforeEach, describe, expect, it } from "vitest"
import { type CacheVariables, cachedBy } from "../src/hono.js"
import { fetchServer } from "./servers/fetch-server.js"
import { listen, testServers } from "./servers/listening.js"
import { newPageCache } from "./servers/page-cache.js"

describe("Hono behind a page cache", () => {
  const open = testServers()
  let now = 0
  beforeEach(() => {
    now = Date.UTC(2026, 10, 25)
  })

  it("serves no stale page where the application cannot be run again, but renews it first", async () => {
    const app = new Hono()
    let runs = 0
    app.get("/", cachedBy(newPageCache({ now: () => now, timeout: 10, staleFor: 60 })), (context) => {
      runs += 1
      return context.text(`run ${runs}`)
    })
    const { get } = open(await listen(fetchServer((request) => app.fetch(request))))
    expect((await get("/")).text).toBe("run 1")
    now += 20_000
    const renewed = await get("/")
    expect([renewed.text, renewed.headers["cache-status"]]).toEqual(["run 2", expect.stringContaining("fwd=stale")])
  })

  it("is run again through its server, past the page caches around the one that asks for it", async () => {
    const outer = newPageCache({ now: () => now, name: "Edge", defaultTimeout: 1 })
    const inner = newPageCache({ now: () => now, timeout: 10, staleFor: 60 })
    const app = new Hono<{ Variables: CacheVariables }>()
    const runs: boolean[] = []
    app.use(cachedBy(outer))
    app.get("/page", cachedBy(inner), (context) => {
      runs.push(context.get("cache").revalidation)
      return context.text(`${context.req.url.split("/").at(-1)} ${runs.length}`)
    })
    const { get } = open(await listen(createServer(getRequestListener(app.fetch))))
    expect((await get("/page?a=1")).text).toBe("page?a=1 1")
    now += 20_000
    expect((await get("/page?a=1")).text).toBe("page?a=1 1")
    await Promise.all([inner.settled(), outer.settled()])
    now += 2_000
    expect((await get("/page?a=1")).text).toBe("page?a=1 2")
    expect(runs).toEqual([false, true])
  })
})

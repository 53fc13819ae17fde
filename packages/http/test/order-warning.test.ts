import { createServer } from "node:http"
import express, { type RequestHandler } from "express"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { listen, testServers } from "./servers/listening.js"

describe("middleware in an order in which nothing is cached", () => {
  const open = testServers()
  const warnings: unknown[] = []
  beforeEach(() => {
    warnings.length = 0
    vi.resetModules()
    vi.spyOn(process, "emitWarning").mockImplementation((warning, options) => void warnings.push([warning, options]))
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  })

  /** Asks twice for a page behind a page cache behind some middleware. */
  async function visit(outside: RequestHandler, page: RequestHandler): Promise<void> {
    // Each test has modules of its own, as they say a thing only once.
    const { cachePage } = await import("../src/express.js")
    const { newStore } = await import("./servers/page-cache.js")
    const app = express().use(outside, cachePage("1m", { cache: newStore() }), page)
    const { get } = open(await listen(createServer(app)))
    for (const path of ["/a", "/b"]) await get(path)
  }

  const login: RequestHandler = (_request, response, next) => {
    response.cookie("session", "1")
    next()
  }
  const early: RequestHandler = (_request, response, next) => {
    response.send("early")
    next()
  }
  const page: RequestHandler = (_request, response) => {
    if (!response.headersSent) response.send("page")
  }

  it.each([
    ["sets a cookie outside", login, "sessions inside"],
    ["answers before", early, "before what answers"],
  ])("is pointed out once when it %s", async (_, outside, words) => {
    vi.stubEnv("NODE_ENV", "development")
    await visit(outside, page)
    expect(warnings).toEqual([[expect.stringContaining(words), { type: "LarderWarning", code: "LARDER_PAGE_ORDER" }]])
  })

  it("is not in production", async () => {
    vi.stubEnv("NODE_ENV", "production")
    await visit(login, page)
    expect(warnings).toEqual([])
  })

  it("is not, where the page is stored without the cookie, or sets it itself", async () => {
    vi.stubEnv("NODE_ENV", "development")
    await visit(
      (_request, _response, next) => next(),
      (request, response) => login(request, response, () => response.send("page")),
    )
    expect(warnings).toEqual([])
  })
})

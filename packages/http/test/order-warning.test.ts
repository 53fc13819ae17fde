import { createServer } from "node:http"
import express, { type RequestHandler } from "express"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { lateSession } from "./servers/late-session.js"
import { listen, testServers } from "./servers/listening.js"

describe("a warning about middleware in an order that prevents caching", () => {
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

  /** Sends two requests for pages behind a page cache with outer middleware. */
  async function visit(outside: RequestHandler, page: RequestHandler): Promise<void> {
    // Each test imports new modules, because they emit each warning once.
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
    ["has a session outside", lateSession, "sessions inside"],
    ["answers before", early, "before what answers"],
  ])("is emitted once if it %s", async (_, outside, words) => {
    vi.stubEnv("NODE_ENV", "development")
    await visit(outside, page)
    expect(warnings).toEqual([[expect.stringContaining(words), { type: "LarderWarning", code: "LARDER_PAGE_ORDER" }]])
  })

  it("is not emitted in production", async () => {
    vi.stubEnv("NODE_ENV", "production")
    await visit(login, page)
    expect(warnings).toEqual([])
  })

  it("is not emitted if the page is stored without the cookie, or sets it itself", async () => {
    vi.stubEnv("NODE_ENV", "development")
    await visit(
      (_request, _response, next) => next(),
      (request, response) => login(request, response, () => response.send("page")),
    )
    expect(warnings).toEqual([])
  })
})

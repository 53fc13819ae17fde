import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, describe, expect, it, vi } from "vitest"
import { openCaches } from "../src/caches.js"
import { Corpus } from "../src/corpus.js"
import { requestListener } from "../src/listener.js"
import { Router } from "../src/router.js"
import { Site } from "../src/site.js"

describe("requestListener", () => {
  afterEach(() => vi.restoreAllMocks())

  it("answers 500 when a handler fails, notes the error and tells the visitor nothing of it", async () => {
    const note = vi.spyOn(console, "error").mockImplementation(() => undefined)
    const failure = new Error("The secret of the presses")
    const fail = () => Promise.reject(failure)
    await using caches = await openCaches()
    const router = new Router([{ method: "GET", path: "/", handler: fail }])
    const server = createServer(requestListener(new Site(new Corpus([]), caches), router))
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const page = await response.text()
    server.close()
    expect(response.status).toBe(500)
    expect(page).toContain("The presses have stopped")
    expect(page).not.toContain("secret")
    expect(note).toHaveBeenCalledWith(failure)
  })
})

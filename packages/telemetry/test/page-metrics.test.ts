import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Cache } from "@larder/core"
import { cacheOf, PageCache } from "@larder/http"
import { cachedBy } from "@larder/http/node"
import { LocmemBackend } from "@larder/locmem"
import { expect, it, onTestFinished } from "vitest"
import { monitored } from "./scrape.js"

it("counts requests and renders of the page cache, with reasons", async () => {
  const { scrape } = await monitored()
  const pages = new PageCache({ cache: new Cache(new LocmemBackend()), timeout: "5m" })
  const handler = cachedBy(pages)((request, response) => {
    if (request.url === "/own") cacheOf(request).skip("for-one-visitor")
    if (request.url === "/user") cacheOf(request).skip("for ada@example.com")
    if (request.url === "/basket") response.setHeader("Set-Cookie", "basket=1")
    response.end("A page")
  })
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  const visit = async (path: string, init?: RequestInit): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
    expect(await response.text()).toBe("A page")
  }
  await visit("/")
  await pages.settled()
  await visit("/")
  await visit("/")
  await visit("/own")
  await visit("/user")
  await visit("/basket")
  await visit("/", { headers: { Cookie: "session=7" } })
  await visit("/", { method: "POST" })
  await pages.settled()
  const metrics = await scrape()
  expect(metrics.by("outcome", "larder_page_requests_total")).toEqual({ hit: 2, bypass: 2 })
  expect(metrics.by("reason", "larder_page_requests_total", { outcome: "bypass" })).toEqual({ cookie: 1, method: 1 })
  expect(metrics.by("stored", "larder_page_renders_total")).toEqual({ yes: 1, no: 3 })
  expect(metrics.by("reason", "larder_page_renders_total", { stored: "no" })).toEqual({
    "for-one-visitor": 1,
    _OTHER: 1,
    "set-cookie": 1,
  })
})

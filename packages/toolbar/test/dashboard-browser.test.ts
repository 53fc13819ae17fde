import { once } from "node:events"
import { existsSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { type CachesControl, createCaches } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { RedisBackend } from "@larder/redis"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest"
import { Dashboard } from "../src/dashboard.js"

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium"
/** The time between two updates of the page, in milliseconds. */
const interval = 2_000

let browser: Browser
let caches: CachesControl
let dashboard: Dashboard
let server: Server
let address: string
let isAllowed: boolean
let complaints: string[]
const pages: Page[] = []

beforeAll(async () => {
  if (!existsSync(executablePath)) {
    throw new Error(`No browser at ${executablePath}: install chromium, or name one in CHROMIUM_PATH`)
  }
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] })
})

afterAll(async () => {
  await browser?.close()
})

beforeEach(async () => {
  vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
  const dead = `redis://127.0.0.1:${await closedPort()}`
  caches = createCaches({
    news: { backend: () => new LocmemBackend() },
    sessions: { backend: () => new RedisBackend({ url: dead }) },
  })
  isAllowed = true
  dashboard = new Dashboard({ caches, authorize: () => isAllowed, path: "/larder" })
  server = createServer(dashboard.listener)
  address = `http://127.0.0.1:${await listen(server)}/larder`
  complaints = []
})

afterEach(async () => {
  for (const page of pages.splice(0)) await page.close()
  dashboard.close()
  await stop()
  await caches.close()
  vi.restoreAllMocks()
  expect(complaints).toEqual([])
})

async function listen(listening: Server, port = 0): Promise<number> {
  listening.listen(port, "127.0.0.1")
  await once(listening, "listening")
  return (listening.address() as AddressInfo).port
}

async function stop(): Promise<void> {
  if (!server.listening) return
  const closed = once(server, "close")
  server.close()
  server.closeAllConnections()
  await closed
}

async function closedPort(): Promise<number> {
  const other = createServer()
  const port = await listen(other)
  other.close()
  await once(other, "close")
  return port
}

/** Opens the dashboard with a fake clock, which only tests advance. */
async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage(options)
  pages.push(page)
  page.on("console", (message) => {
    // The browser logs failed requests by itself.
    if (!message.text().startsWith("Failed to load resource")) complaints.push(message.text())
  })
  page.on("pageerror", (error) => complaints.push(error.message))
  if (options.javaScriptEnabled !== false) await page.clock.install()
  await page.goto(address)
  if (options.javaScriptEnabled !== false) await page.clock.pauseAt(Date.now() + 60_000)
  return page
}

/** Polls what the page shows after each update. */
function expectSoon(page: Page, shown: () => Promise<string | null>) {
  return expect.poll(async () => {
    await page.clock.runFor(interval)
    return shown()
  })
}

function rateOf(page: Page, alias: string): Promise<string | null> {
  return page.getByRole("article", { name: alias }).locator(".rate strong").textContent()
}

function stateOf(page: Page): Promise<string | null> {
  return page.locator("#state").textContent()
}

it("updates its figures, and keeps elements that have not changed", async () => {
  const page = await open()
  expect(await rateOf(page, "news")).toBe("–")
  const heading = await page.getByRole("heading", { name: "news" }).elementHandle()
  const cache = caches.use("news")
  await cache.set("k", 1)
  for (const key of ["k", "k", "k", "x"]) await cache.get(key)
  await expectSoon(page, () => rateOf(page, "news")).toBe("75.0 %")
  const lineBefore = await page.locator("svg .line").first().getAttribute("d")
  for (let call = 0; call < 12; call++) await cache.get("k")
  await expectSoon(page, () => rateOf(page, "news")).toBe("93.7 %")
  expect(await page.locator("svg .line").first().getAttribute("d")).not.toBe(lineBefore)
  expect(await page.getByRole("row", { name: "Keys looked up" }).first().locator("td").allTextContents()).toEqual([
    "16",
    "16",
  ])
  expect(await heading?.evaluate((element) => element.isConnected)).toBe(true)
  expect(await stateOf(page)).toBe("Live")
})

it("shows a Redis that is down as failing, next to a store that works", async () => {
  const cache = caches.use("sessions")
  expect(await cache.get("k")).toBeUndefined()
  const page = await open()
  const dead = page.getByRole("article", { name: "sessions" })
  expect(await dead.locator(".badge").textContent()).toMatch(
    /^failing since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: ECONNREFUSED$/,
  )
  expect(await dead.locator(".failure").textContent()).toContain("stats failed in the redis backend")
  expect(await page.getByRole("article", { name: "news" }).locator(".badge").textContent()).toBe("idle")
  expect(await page.locator(".overview .alarm").allTextContents()).toEqual(["errors1", "stores failing1 of 2"])
})

it("says so if the server does not respond, and resumes when it does", async () => {
  const page = await open()
  const { port } = new URL(address)
  await stop()
  await expectSoon(page, () => stateOf(page)).toBe("Server not responding; retrying")
  await caches.use("news").get("x")
  server = createServer(dashboard.listener)
  await listen(server, Number(port))
  await expectSoon(page, () => stateOf(page)).toBe("Live")
  expect(await rateOf(page, "news")).toBe("0 %")
})

it("says so if a load balancer sends its requests to several processes, and not after a restart", async () => {
  const page = await open()
  const dashboards = [dashboard, new Dashboard({ caches, authorize: () => true, path: "/larder" })]
  let turn = 1
  server.removeAllListeners("request")
  server.on("request", (request, response) => dashboards[turn % 2]?.listener(request, response))
  const shown = () => page.locator("#process").innerHTML()
  const before = await shown()
  await expectSoon(page, shown).not.toBe(before)
  expect(await stateOf(page)).toBe("Live")
  server.on("request", () => {
    turn++
  })
  await expectSoon(page, () => stateOf(page)).toBe("Live, but from 2 processes in turn; each counts for itself")
  dashboards[1]?.close()
})

it("stops when access is denied", async () => {
  const page = await open()
  isAllowed = false
  await expectSoon(page, () => stateOf(page)).toBe("Access denied")
  let requests = 0
  server.on("request", () => {
    requests++
  })
  await page.clock.runFor(60_000)
  expect(await stateOf(page)).toBe("Access denied")
  expect(requests).toBe(0)
})

it("can be paused", async () => {
  const page = await open()
  await page.getByRole("button", { name: "Pause" }).click()
  await caches.use("news").get("x")
  await page.clock.runFor(60_000)
  expect(await stateOf(page)).toBe("Paused")
  expect(await rateOf(page, "news")).toBe("–")
  await page.getByRole("button", { name: "Resume" }).click()
  await expect.poll(() => rateOf(page, "news")).toBe("0 %")
  expect(await stateOf(page)).toBe("Live")
})

it("works without scripts", async () => {
  const cache = caches.use("news")
  await cache.set("k", 1)
  await cache.get("k")
  const page = await open({ javaScriptEnabled: false })
  expect(await rateOf(page, "news")).toBe("100 %")
  expect(await page.getByRole("button").count()).toBe(0)
  expect(await stateOf(page)).toBe("Reload the page to update the figures.")
})

it.each(["light", "dark"] as const)(
  "fits on a phone, and has enough contrast in the %s scheme",
  async (colorScheme) => {
    await caches.use("sessions").get("k")
    const page = await open({ viewport: { width: 320, height: 640 }, colorScheme })
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320)
    expect(await page.evaluate(contrasts)).toEqual([])
  },
)

/** Evaluated in the page: the texts whose contrast is below 4.5 (WCAG 2.2, 1.4.3). */
const contrasts = `(() => {
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number)
  const luminance = (color) => {
    const [r, g, b] = numbers(color).slice(0, 3).map((part) => {
      const share = part / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor
      if (numbers(color)[3] !== 0) return color
    }
    return "rgb(255, 255, 255)"
  }
  const texts = [...document.querySelectorAll("body *")].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "") && element.checkVisibility())
  return texts.flatMap((element) => {
    const [dark, light] = [getComputedStyle(element).color, behind(element)].map(luminance).sort((a, b) => a - b)
    const contrast = (light + 0.05) / (dark + 0.05)
    return contrast < 4.5 ? [element.textContent + ": " + contrast] : []
  })
})()`

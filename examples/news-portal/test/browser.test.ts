import { existsSync } from "node:fs"
import { type Browser, chromium, type Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type Caches, openCaches } from "../src/caches.js"
import { type Portal, startPortal } from "../src/portal.js"

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium"
const quietly = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

describe("the portal in a browser", () => {
  let browser: Browser
  let caches: Caches
  let portal: Portal
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    if (!existsSync(executablePath)) {
      throw new Error(`No browser at ${executablePath}: install chromium, or name one in CHROMIUM_PATH`)
    }
    browser = await chromium.launch({ executablePath, args: quietly })
    caches = await openCaches()
    portal = await startPortal({ host: "127.0.0.1", port: 0, caches })
  })

  afterAll(async () => {
    await browser?.close()
    await portal?.close()
    await caches?.close()
  })

  beforeEach(async () => {
    page = await browser.newPage({ baseURL: portal.address, viewport: { width: 1280, height: 900 } })
    complaints = []
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`))
    page.on("pageerror", (error) => complaints.push(error.message))
    page.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText
      // What the browser itself gives up when it goes to the next page, such as the icon, did not fail.
      if (reason !== "net::ERR_ABORTED") complaints.push(`failed: ${request.url()}: ${reason}`)
    })
  })

  afterEach(async () => {
    await page.close()
    expect(complaints).toEqual([])
  })

  it("leads from the front page to an article and to a search", async () => {
    await page.goto("/")
    const headline = (await page.locator(".lead h2").textContent()) ?? ""
    await page.locator(".lead h2 a").click()
    expect(await page.locator("h1").textContent()).toBe(headline)
    expect(await page.title()).toContain(headline)
    await page.getByLabel("Search all addresses").fill("panama canal")
    await page.keyboard.press("Enter")
    await page.waitForURL("**/search?q=panama+canal")
    expect(await page.locator("mark").first().textContent()).toMatch(/panama/i)
    await page.locator(".results h2 a").first().click()
    expect(await page.locator("article.address .text").textContent()).toMatch(/panama/i)
  })

  it("shows misses first and hits after a reload, and what they saved, in the toolbar", async () => {
    await page.goto("/search?q=free+silver")
    expect(await outcomes()).toContain("miss")
    await page.reload()
    expect(new Set(await outcomes())).toEqual(new Set(["hit"]))
    expect(await page.locator("larder-toolbar summary").textContent()).toMatch(/0 misses\s.* saved/s)
  })

  it("corrects a headline", async () => {
    await page.goto("/article/1862-abraham-lincoln")
    await page.getByText("Correct the headline").click()
    await page.getByLabel("Headline").fill("The fiery trial through which we pass")
    await page.getByText("Publish the correction").click()
    await page.waitForURL("**/article/1862-abraham-lincoln")
    expect(await page.locator("h1").textContent()).toBe("The fiery trial through which we pass")
  })

  it("shows a kept page changed as soon as a headline on it is published", async () => {
    const category = "/president/theodore-roosevelt"
    await page.request.get(category)
    const kept = await page.goto(category)
    expect(await kept?.headerValue("cache-status")).toMatch(/^Larder; hit/)
    await page.locator(".teaser h3 a").first().click()
    await page.getByText("Correct the headline").click()
    await page.getByLabel("Headline").fill("The strenuous life of a republic")
    await page.getByText("Publish the correction").click()
    await page.waitForURL("**/article/*-theodore-roosevelt")
    const changed = await page.goto(category)
    expect(await page.locator(".teaser h3").first().textContent()).toBe("The strenuous life of a republic")
    expect(await changed?.headerValue("cache-status")).not.toMatch(/^Larder; hit/)
    expect(await (await page.request.get(category)).text()).toContain("The strenuous life of a republic")
  })

  it("is read in another language, from the page on which it is chosen", async () => {
    await page.goto("/president/theodore-roosevelt")
    await page.getByRole("button", { name: "Deutsch" }).click()
    await page.locator("html[lang=de]").waitFor()
    expect(new URL(page.url()).pathname).toBe("/president/theodore-roosevelt")
    expect(await page.locator(".kicker").first().textContent()).toBe("Archiv · Präsident")
    await page.locator(".teaser h3 a").first().click()
    expect(await page.locator("h2#alike").textContent()).toBe("Andere zu denselben Themen")
    await page.getByRole("button", { name: "English" }).click()
    await page.locator("html[lang=en]").waitFor()
    expect(await page.locator("h2#alike").textContent()).toBe("Others on the same subjects")
    await page.goto("/president/theodore-roosevelt")
    expect(await page.locator(".kicker").first().textContent()).toBe("Archive · President")
  })

  it("speaks the language of the browser until another one is chosen", async () => {
    const german = await browser.newContext({ baseURL: portal.address, locale: "de-AT" })
    const visit = await german.newPage()
    await visit.goto("/party/whig")
    expect(await visit.locator("h1").textContent()).toBe("Whigs")
    expect(await visit.locator(".rubric").first().textContent()).toBe("Wörter, die diese Reden auszeichnen")
    await german.close()
    await page.goto("/party/whig")
    expect(await page.locator(".rubric").first().textContent()).toBe("Words that set these addresses apart")
  })

  it("lets the keyboard skip to the content", async () => {
    await page.goto("/")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    expect(await page.evaluate("document.activeElement.id")).toBe("content")
  })

  it.each([
    "/",
    "/archive",
    "/caching",
    "/article/1946-harry-s-truman",
    "/article/1862-abraham-lincoln/correction",
    "/party/republican",
    "/search?q=war",
  ])("fits %s on a phone, with the toolbar open", async (path) => {
    await page.setViewportSize({ width: 360, height: 740 })
    await page.goto(path)
    await page.locator("larder-toolbar summary").click()
    const widths = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    expect(widths).toEqual([360, 360])
  })

  /** Opens the toolbar; the results of all reads of the page. */
  async function outcomes(): Promise<string[]> {
    await page.locator("larder-toolbar summary").click()
    const results = await page.locator("larder-toolbar .calls td:first-child").allTextContents()
    return results.filter((result) => result !== "done")
  }
})

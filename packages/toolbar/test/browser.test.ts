import { existsSync } from "node:fs"
import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest"
import { toolbar } from "../src/node.js"
import { FailingBackend } from "./failing-backend.js"
import { serve } from "./servers/sites.js"

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium"
const icon = '<link rel="icon" href="/icon">'

let browser: Browser
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

beforeEach(() => {
  complaints = []
})

afterEach(async () => {
  vi.restoreAllMocks()
  for (const page of pages.splice(0)) await page.context().close()
})

interface Document {
  readonly head?: string
  readonly body?: string
  readonly policy?: string
  /** The error of another store that the view reads. */
  readonly failure?: Error | undefined
}

/** Opens a page with the toolbar. Its view makes a hit, a miss, and a read of a hostile key. */
async function open(
  { head = "", body = "<h1>News</h1>", policy, failure }: Document = {},
  context: BrowserContextOptions = {},
): Promise<Page> {
  const cache = new Cache(new LocmemBackend(), { alias: "news", keyFunction: (key) => key })
  await cache.set("top", ["Middlemarch"], 300)
  const backend = new FailingBackend()
  backend.failure = failure
  const sessions = new Cache(backend, { alias: "sessions" })
  const address = await serve(
    toolbar()(async (request, response) => {
      if (request.url === "/icon") return response.writeHead(204).end()
      await cache.get("top")
      await cache.get("missing")
      await cache.get('</script></template><img src=x onerror="document.title=`broken`">')
      if (failure !== undefined) await sessions.getMany(["session:42", `page:${"long-".repeat(30)}`])
      response.setHeader("content-type", "text/html; charset=utf-8")
      if (policy !== undefined) response.setHeader("content-security-policy", policy)
      return response.end(
        `<!doctype html><html lang="en"><head><title>News</title>${icon}${head}</head><body>${body}</body></html>`,
      )
    }),
  )
  const page = await (await browser.newContext(context)).newPage()
  pages.push(page)
  page.on("console", (message) => complaints.push(message.text()))
  page.on("pageerror", (error) => complaints.push(error.message))
  await page.goto(address)
  return page
}

/** The computed style of an element of the page, or inside the toolbar. */
function styleOf(page: Page, selector: string, property: string): Promise<unknown> {
  return page.evaluate(`(() => {
    const [outer, inner] = ${JSON.stringify(selector.split(" >> "))}
    const found = document.querySelector(outer)
    const element = inner === undefined ? found : found.shadowRoot.querySelector(inner)
    return getComputedStyle(element).getPropertyValue(${JSON.stringify(property)})
  })()`)
}

/** The contrast of each text of the panel with its background (WCAG 2.2). */
const contrasts = `(() => {
  const luminance = (colour) => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).map((part) => {
      const share = Number(part) / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const sheet = document.querySelector("larder-toolbar").shadowRoot.querySelector(".sheet")
  const paper = luminance(getComputedStyle(sheet).backgroundColor)
  return [...sheet.querySelectorAll("td, th, small, code, caption, .again")].map((element) => {
    const ink = luminance(getComputedStyle(element).color)
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)
  })
})()`

describe("in a browser, the toolbar", () => {
  it("shows a summary, and lists the calls when it is opened", async () => {
    const page = await open()
    const summary = page.locator("larder-toolbar summary")

    expect(((await summary.textContent()) ?? "").trim().replace(/\s+/g, " ")).toMatch(
      /^Cache 3 calls 1 hit 2 misses [\d.]+ (?:ms|µs)$/,
    )
    expect(await page.locator(".calls").isVisible()).toBe(false)
    await summary.click()
    expect(await page.locator(".calls tbody tr").count()).toBe(3)
    expect(await page.locator(".calls tbody tr").first().textContent()).toMatch(
      /hit\s+get\s+top\s+news\s+low-level\s+\d+ B\s+[45] min/,
    )
    expect(await page.title()).toBe("News")
    expect(await page.locator("img").count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it("can be used with the keyboard", async () => {
    const page = await open()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    expect(await page.locator(".calls").isVisible()).toBe(true)
    await page.keyboard.press("Tab")
    expect(await page.evaluate("document.querySelector('larder-toolbar').shadowRoot.activeElement.className")).toBe(
      "sheet",
    )
    const table = page.getByRole("table", { name: "Calls" })
    expect(await table.getByRole("columnheader").allTextContents()).toContain("Key")
  })

  it("does not affect the styles of the page, or the other way round", async () => {
    const style =
      "* { color: rgb(1, 2, 3) !important; font: 40px serif !important; display: block } larder-toolbar { position: static !important; margin: 50px !important }"
    const plain = await open()
    const styled = await open({
      head: `<style>${style}</style>`,
      body: '<table class="calls"><tr><td>1</td></tr></table>',
    })

    for (const property of ["color", "font-size", "display", "margin-right"]) {
      expect(await styleOf(styled, "larder-toolbar >> summary", property)).toBe(
        await styleOf(plain, "larder-toolbar >> summary", property),
      )
    }
    expect(await styleOf(styled, "larder-toolbar", "position")).toBe("fixed")
    expect(await styleOf(styled, "body > .calls", "border-collapse")).toBe("separate")
  })

  it.each([
    ["that forbids everything", "default-src 'none'"],
    ["for styles of the site only", "default-src 'none'; style-src 'self'"],
    ["with a nonce", "default-src 'none'; style-src 'nonce-abc123'"],
    ["with Trusted Types", "require-trusted-types-for 'script'; trusted-types 'none'; default-src 'none'"],
  ])("works under a policy %s", async (_kind, policy) => {
    const page = await open({ policy: `${policy}; img-src 'self'` })
    expect(await styleOf(page, "larder-toolbar", "position")).toBe("fixed")
    await page.locator("larder-toolbar summary").click()

    expect(await page.locator(".calls").isVisible()).toBe(true)
    expect(complaints).toEqual([])
  })

  it("can be read without styles, under a policy in a meta element", async () => {
    const page = await open({ head: `<meta http-equiv="content-security-policy" content="style-src 'none'">` })
    expect(await styleOf(page, "larder-toolbar", "position")).toBe("static")
    await page.locator("larder-toolbar summary").click()

    expect(await page.locator(".calls tbody tr").first().textContent()).toMatch(/hit\s+get\s+top/)
  })

  it("works without scripts", async () => {
    const page = await open({}, { javaScriptEnabled: false })
    await page.locator("larder-toolbar summary").click()

    expect(await page.locator(".calls").isVisible()).toBe(true)
  })

  it.each([360, 768, 980, 1280])("fits in a window of %d pixels, with long keys and errors", async (width) => {
    vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
    const failure = new Error(`${"the server of the sessions does not respond, ".repeat(4)}${"long-".repeat(20)}`)
    const page = await open({ failure }, { viewport: { width, height: 640 } })
    await page.locator("larder-toolbar summary").click()
    const sheet = page.locator(".sheet")

    expect(await sheet.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
    expect(await sheet.evaluate(({ clientWidth }) => clientWidth)).toBeGreaterThan(width - 60)
    expect(await page.locator(".calls td", { hasText: "low-level" }).first().isVisible()).toBe(true)
    expect(await page.locator(".calls").textContent()).toMatch(/error\s+getMany\s+session:42/)
  })

  it.each(["light", "dark"] as const)("has enough contrast in the %s scheme", async (colorScheme) => {
    const page = await open({}, { colorScheme })
    await page.locator("larder-toolbar summary").click()
    const ratios = (await page.evaluate(contrasts)) as number[]

    expect(ratios.length).toBeGreaterThan(20)
    // WCAG 2.2, 1.4.3.
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(4.5)
  })
})

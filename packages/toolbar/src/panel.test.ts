import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { expect, test } from "vitest"
import { CallLog, logCalls } from "./call-log.js"
import { reportOf } from "./call-report.js"
import { renderPanel } from "./panel.js"

async function panel(work: (cache: Cache) => Promise<unknown>, nonce?: string): Promise<string> {
  const log = new CallLog(20)
  await logCalls(log, async (close) => {
    await work(new Cache(new LocmemBackend(), { alias: "news", keyFunction: (key) => key }))
    close()
  })
  return renderPanel(reportOf(log, new Map(), "Larder; fwd=uri-miss"), nonce)
}

test("it is one element with a declarative shadow root, and a nonce if there is one", async () => {
  const text = await panel((cache) => cache.get("a"), "n0nce")

  expect(text).toMatch(/^<larder-toolbar><template shadowrootmode="open"><style nonce="n0nce">/)
  expect(text).toMatch(/<\/template><\/larder-toolbar>$/)
  expect(await panel((cache) => cache.get("a"))).toContain("<style>")
})

test.each([
  "</script><script>alert(1)</script>",
  "</template></larder-toolbar><img src=x onerror=alert(1)>",
  `"><img src=x onerror='alert(1)'>`,
  "\u202e\u0000\u007f",
])("a hostile key is shown as text: %j", async (key) => {
  const text = await panel((cache) => cache.get(key))

  expect(text).not.toMatch(/<(?:script|img)/)
  expect(text.match(/<\/template>/g)).toHaveLength(1)
  expect(text).toMatch(/^[\n -~]*$/)
})

test("hostile aliases and error messages are shown as text", async () => {
  const text = await panel(async () => {
    const cache = new Cache(new LocmemBackend(), { alias: "<img src=x>" })
    await cache.getOrSet("a", () => Promise.reject(new Error("<img src=y>"))).catch(() => undefined)
  })

  expect(text).not.toContain("<img")
  expect(text).toContain("&#60;img src=x&#62;")
  expect(text).toContain("&#60;img src=y&#62;")
})

test("it truncates long keys, key lists and call lists, and says so", async () => {
  const text = await panel(async (cache) => {
    await cache.get("k".repeat(1_000))
    await cache.getMany(Array.from({ length: 12 }, (_, index) => `many-${index}`))
    for (let index = 0; index < 30; index++) await cache.get(`one-${index}`)
  })

  expect(text).toContain(`${"k".repeat(200)} (800 more characters)`)
  expect(text).toContain("many-4")
  expect(text).not.toContain("many-5")
  expect(text).toContain("and 7 more keys")
  expect(text).toContain("12 more calls, included only in the totals")
})

test("it shows the outcome of the page cache", async () => {
  expect(await panel((cache) => cache.get("a"))).toContain("Page cache: <b>miss</b> <code")
})

test("it says so if the request made no calls", async () => {
  expect(await panel(async () => undefined)).toContain("This request made no cache calls.")
})

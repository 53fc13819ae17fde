import { describe, expect, it } from "vitest"
import type { HeaderLines } from "../../src/engine/header-lines.js"
import type { PageFill } from "../../src/page-fill.js"
import { bytes, fillFor, finish, fresh, pageCaches, pageOf } from "./page-caches.js"

const { newCache, pageCache } = pageCaches()

describe("settled", () => {
  it("waits for the writes of other page caches over the same cache", async () => {
    const cache = newCache()
    const fill = await fillFor(pageCache({ cache }))
    const stored = finish(fill, "page")
    await pageCache({ cache }).settled()
    expect(await pageOf(pageCache())).toBe("page")
    await stored
  })
})

describe("a body", () => {
  it("is copied, so that the handler can reuse its buffer", async () => {
    const pages = pageCache()
    const fill = await fillFor(pages)
    fill.head(200, fresh)
    const buffer = bytes("one")
    fill.chunk(buffer)
    buffer.set(bytes("two"))
    fill.chunk(buffer)
    await fill.end()
    expect(await pageOf(pages)).toBe("onetwo")
  })

  it.each<[string, HeaderLines, (fill: PageFill) => void]>([
    ["is shorter than it says", [...fresh, ["Content-Length", "5"]], (fill) => fill.chunk(bytes("four"))],
    ["is longer than it says", [...fresh, ["Content-Length", "3"]], (fill) => fill.chunk(bytes("four"))],
    ["says that it is too large", [...fresh, ["Content-Length", "1001"]], () => {}],
    ["turns out too large", fresh, (fill) => fill.chunk(new Uint8Array(1_001))],
    ["broke off", fresh, (fill) => fill.abort()],
  ])("that %s is not stored", async (_, headers, write) => {
    const pages = pageCache({ limits: { bodyBytes: 1_000 } })
    const fill = await fillFor(pages)
    fill.head(200, headers)
    write(fill)
    await fill.end()
    expect(await pageOf(pages)).toBeUndefined()
  })

  it("without an end is recorded up to the limit, and then discarded", async () => {
    const fill = await fillFor(pageCache({ limits: { bodyBytes: 10_000 } }))
    fill.head(200, fresh)
    expect(fill.recording).toBe(true)
    for (let written = 0; written < 10; written += 1) fill.chunk(new Uint8Array(5_000))
    expect(fill.recording).toBe(false)
  })
})

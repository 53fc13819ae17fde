import { describe, expect, it } from "vitest"
import { cachedBy } from "../src/fetch.js"
import { newPageCache } from "./servers/page-cache.js"

const asked = (): Request => new Request("http://example.com/")

describe("a handler of Request and Response behind a page cache", () => {
  it("may send chunks that are not bytes, which are passed on and not stored", async () => {
    let runs = 0
    const handler = cachedBy(newPageCache({ timeout: "1m" }))(() => {
      runs += 1
      const texts = new ReadableStream({
        start(controller) {
          for (const text of ["some", "text"]) controller.enqueue(text)
          controller.close()
        },
      })
      return new Response(texts)
    })
    for (const run of [1, 2]) {
      const chunks: unknown[] = []
      for await (const chunk of (await handler(asked())).body ?? []) chunks.push(chunk)
      expect([chunks, runs]).toEqual([["some", "text"], run])
    }
  })

  it("may respond without its Response, which then yields no page", async () => {
    let runs = 0
    const handler = cachedBy(newPageCache({ timeout: "1m" }))(() => {
      runs += 1
      return new Response(null, { headers: { "x-hono-already-sent": "true" } })
    })
    for (const run of [1, 2]) {
      expect([[...(await handler(asked())).headers], runs]).toEqual([[["x-hono-already-sent", "true"]], run])
    }
  })

  it("runs again if its 304 does not match the stale page, also in the background", async () => {
    let now = Date.UTC(2026, 10, 25)
    const conditions: (string | null)[] = []
    const pages = newPageCache({ conditionalHandler: true, now: () => now })
    const handler = cachedBy(pages)((request) => {
      const condition = request.headers.get("if-none-match")
      conditions.push(condition)
      return condition === null
        ? new Response(`run ${conditions.length}`, {
            headers: { ETag: `"${conditions.length}"`, "Cache-Control": "max-age=10, stale-while-revalidate=60" },
          })
        : new Response(null, { status: 304, headers: { ETag: '"another"' } })
    })
    const ask = async (): Promise<string> => {
      const text = await (await handler(asked())).text()
      await pages.settled()
      return text
    }
    expect(await ask()).toBe("run 1")
    now += 20_000
    expect(await ask()).toBe("run 1")
    expect(await ask()).toBe("run 3")
    now += 100_000
    expect(await ask()).toBe("run 5")
    expect(conditions).toEqual([null, '"1"', null, '"3"', null])
  })

  it("may send repeated fields, and fields named like inherited properties, also for a hit", async () => {
    const lines: [string, string][] = [
      ["__proto__", "of"],
      ["Constructor", "who"],
      ["Link", "</a>"],
      ["link", "</b>"],
      ["Set-Cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]
    const cached = cachedBy(newPageCache({ timeout: "1m", setCookie: "strip" }))
    const handler = cached(() => new Response("page", { headers: lines }))
    const seen: unknown[] = []
    for (let round = 0; round < 2; round++) {
      const { headers } = await handler(asked())
      seen.push([headers.get("__proto__"), headers.get("constructor"), headers.get("link"), headers.getSetCookie()])
    }
    expect(seen).toEqual([
      ["of", "who", "</a>, </b>", ["a=1", "b=2"]],
      ["of", "who", "</a>, </b>", []],
    ])
  })
})

import { describe, expect, it } from "vitest"
import { cachedBy, neverCache } from "../src/fetch.js"
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

  it("may get a Proxy of a request, as in Next.js, whose headers and body it sees", async () => {
    const inProxy = (request: Request) =>
      new Proxy(request, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property, target)
          return typeof value === "function" ? value.bind(target) : value
        },
      })
    const seen: [string | null, string][] = []
    const handler = cachedBy(newPageCache({ timeout: "1m" }))(async (request) => {
      seen.push([request.headers.get("if-none-match"), await request.text()])
      return new Response("page")
    })
    const headers = { "If-None-Match": '"old"' }
    const posted = { method: "POST", body: "content", headers }
    for (const request of [new Request("http://example.com/", { headers }), new Request("http://example.com/", posted)])
      expect(await (await handler(inProxy(request))).text()).toBe("page")
    expect(seen).toEqual([
      [null, ""],
      ['"old"', "content"],
    ])
  })

  it("may respond with a Response that cannot be sent, for which nobody waits", async () => {
    const read = async () => {
      const response = new Response("read")
      await response.text()
      return response
    }
    const locked = () => {
      const response = new Response("locked")
      response.body?.getReader()
      return response
    }
    for (const respond of [read, locked, () => Response.error()]) {
      const pages = newPageCache({ timeout: "1m" })
      const responses = [respond, respond, () => new Response("page")]
      let runs = 0
      const handler = cachedBy(pages)(async () => {
        const response = await responses[runs]?.()
        runs += 1
        return response ?? Response.error()
      })
      for (const run of [1, 2]) {
        const { bodyUsed, body, type } = await handler(asked())
        expect([bodyUsed || body?.locked || type === "error", runs]).toEqual([true, run])
      }
      // A run that is still pending would be waited for.
      const page = await handler(asked())
      expect([await page.text(), page.headers.get("cache-status")]).toEqual([
        "page",
        expect.not.stringContaining("collapsed"),
      ])
    }
  })

  it("may have its client disconnect, which is not a failure", async () => {
    const handler = cachedBy(newPageCache({ timeout: "1m", staleIfError: "1m" }))
    const begun: (() => void)[] = []
    let aborted = 0
    const responding = handler(
      ({ signal }) =>
        new Promise((resolve, reject) => {
          begun.push(() => resolve(new Response("page")))
          signal.addEventListener("abort", () => {
            aborted += 1
            reject(signal.reason)
          })
        }),
    )
    const clients = Array.from({ length: 6 }, () => new AbortController())
    const responses = clients.map(({ signal }) => responding(new Request("http://example.com/", { signal })))
    await expect.poll(() => begun.length).toBe(1)
    for (const [index, client] of clients.slice(0, 3).entries()) {
      client.abort()
      await expect(responses[index]).rejects.toThrow(/abort/)
      await expect.poll(() => begun.length).toBe(index + 2)
    }
    // One that waits, and does not need a run any more.
    clients[5]?.abort()
    begun[3]?.()
    const texts = await Promise.all(responses.slice(3, 5).map(async (response) => (await response).text()))
    expect([texts, begun.length, aborted]).toEqual([["page", "page"], 4, 3])
  })

  it("may get a request that cannot be copied, for which nobody waits", async () => {
    const handler = cachedBy(newPageCache({ timeout: "1m", query: { ignore: ["a"] } }))(() => new Response("page"))
    const navigating = new Request("http://example.com/?a=1")
    // That of a service worker; `new Request(url, request)` rejects it.
    Object.defineProperty(navigating, "mode", { value: "navigate" })
    await expect(handler(navigating)).rejects.toThrow(TypeError)
    const { headers } = await handler(asked())
    expect(headers.get("cache-status")).not.toContain("collapsed")
  })

  it("may respond with Response.error() through a header helper", async () => {
    const handler = neverCache()(() => Response.error())
    expect((await handler(asked())).type).toBe("error")
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

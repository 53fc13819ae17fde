import { request as httpRequest } from "node:http"
import { describe, expect, it } from "vitest"
import { hosts, type View } from "./servers/entries.js"
import { send } from "./servers/listening.js"
import { type Gate, newGate } from "./servers/page-cache.js"
import { sitesOf } from "./servers/site.js"

describe.each(Object.entries(hosts))("the entry for %s", (_, host) => {
  const { clock, seen, site, counted } = sitesOf(host)

  it("runs the handler once per page, and reports it in Cache-Status", async () => {
    const { get } = await site(counted())
    const [first, second] = [await get("/a"), await get("/a")]
    expect([first.text, second.text, second.status]).toEqual(["run 1", "run 1", 200])
    expect(first.headers["cache-status"]).toContain("fwd=uri-miss")
    expect(second.headers["cache-status"]).toContain("hit")
    expect(second.headers.age).toBe("0")
    expect(second.headers["content-length"]).toBe("5")
    expect((await get("/b")).text).toBe("run 2")
  })

  it("sends a 304 from a cold cache to a client that asks for it, but does not store one", async () => {
    const { get } = await site(counted({ "Cache-Control": "max-age=60", ETag: '"v1"' }))
    const cold = await get("/", { "If-None-Match": '"v1"' })
    expect([cold.status, cold.text, cold.headers.etag]).toEqual([304, "", '"v1"'])
    expect(seen[0]?.headers["if-none-match"]).toBeUndefined()
    const warm = await get("/")
    expect([warm.status, warm.text]).toEqual([200, "run 1"])
    expect((await get("/", { "If-None-Match": '"v1"' })).status).toBe(304)
  })

  it("sends what else the handler says with a 304 from a cold cache, such as a cookie", async () => {
    const own = { "Set-Cookie": ["a=1", "b=2"], "X-Own": "1", "Content-Security-Policy": "default-src 'self'" }
    const content = { "Content-Type": "text/plain", "Content-Language": "en" }
    const { get } = await site(counted({ "Cache-Control": "max-age=60", ETag: '"v1"', ...own, ...content }))
    const { status, headers } = await get("/", { "If-None-Match": '"v1"' })
    expect(status).toBe(304)
    expect(headers).toMatchObject({
      "set-cookie": ["a=1", "b=2"],
      "x-own": "1",
      "content-security-policy": "default-src 'self'",
    })
    for (const name of ["content-type", "content-language", "content-length"]) expect(headers).not.toHaveProperty(name)
  })

  it("answers HEAD and ranges from a stored page", async () => {
    const { get, port } = await site(counted())
    await get("/")
    const head = await send(port, "/", { method: "HEAD" })
    expect([head.status, head.headers["content-length"], head.text]).toEqual([200, "5", ""])
    const part = await get("/", { Range: "bytes=0-2" })
    expect([part.status, part.text, part.headers["content-range"]]).toEqual([206, "run", "bytes 0-2/5"])
    expect(seen).toHaveLength(1)
  })

  it("runs the handler once for a crowd", async () => {
    const gate = newGate()
    const { get } = await site(async () => {
      await gate.opened
      return { body: `run ${seen.length}` }
    })
    const crowd = Array.from({ length: 20 }, () => get("/"))
    await expect.poll(() => seen.length).toBe(1)
    gate.open()
    const texts = (await Promise.all(crowd)).map(({ text }) => text)
    expect(new Set(texts)).toEqual(new Set(["run 1"]))
    expect(seen).toHaveLength(1)
  })

  it("serves a stale page to a crowd, and refreshes it once in the background", async () => {
    const gate = newGate()
    const { get, pages } = await site(async ({ revalidation }) => {
      if (revalidation) await gate.opened
      return { headers: { "Cache-Control": "max-age=10, stale-while-revalidate=60" }, body: `run ${seen.length}` }
    })
    await get("/a?b=1")
    clock.now += 20_000
    const crowd = await Promise.all(Array.from({ length: 10 }, () => get("/a?b=1", { "X-Other": "1" })))
    for (const { text, headers } of crowd) {
      expect(text).toBe("run 1")
      expect(headers.age).toBe("20")
    }
    gate.open()
    await pages.settled()
    expect((await get("/a?b=1")).text).toBe("run 2")
    expect(seen.map(({ revalidation, cache }) => [revalidation, cache.revalidation])).toEqual([
      [false, false],
      [true, true],
    ])
    expect(seen[1]?.headers).toEqual({ host: seen[0]?.headers.host })
    expect([seen[1]?.method, seen[1]?.url]).toEqual(["GET", "/a?b=1"])
  })

  it("keeps the stale page when its refresh fails, and does not retry immediately", async () => {
    const { get, pages } = await site(() => {
      if (seen.length > 1) throw new Error("broken")
      return { headers: { "Cache-Control": "max-age=10, stale-while-revalidate=60" }, body: "good" }
    })
    await get("/")
    clock.now += 20_000
    for (let request = 0; request < 3; request++) {
      expect((await get("/")).text).toBe("good")
      await pages.settled()
    }
    expect(seen).toHaveLength(2)
    clock.now += 11_000
    await get("/")
    await pages.settled()
    expect(seen).toHaveLength(3)
  })

  it("refreshes a page in the background with the headers on which its extras depend", async () => {
    const { get, pages } = await site(
      ({ headers }) => ({
        headers: { "Cache-Control": "max-age=10, stale-while-revalidate=60" },
        body: `${headers["accept-language"]} ${seen.length}`,
      }),
      {
        keyExtras: ({ headers }) => ["accept-language", "x-other"].map((name) => headers.get(name) ?? "none"),
        keyExtrasHeaders: ["Accept-Language"],
      },
    )
    await get("/", { "Accept-Language": "de", "X-Other": "1" })
    clock.now += 20_000
    const stale = await get("/", { "Accept-Language": "de", "X-Other": "2" })
    expect([stale.text, stale.headers.age]).toEqual(["de 1", "20"])
    await pages.settled()
    expect(seen[1]?.headers).toEqual({ host: seen[0]?.headers.host, "accept-language": "de" })
    expect((await get("/", { "Accept-Language": "de" })).text).toBe("de 2")
    expect((await get("/", { "Accept-Language": "fr" })).text).toBe("fr 3")
  })

  it("ignores a 304 about another response (RFC 9111, 4.3.4)", async () => {
    const { get } = await site(
      ({ headers }) =>
        headers["if-none-match"] === undefined
          ? { headers: { "Cache-Control": "max-age=10", ETag: `"${seen.length}"` }, body: `run ${seen.length}` }
          : { status: 304, headers: { "Cache-Control": "max-age=10", ETag: '"another"' } },
      { conditionalHandler: true },
    )
    await get("/")
    clock.now += 20_000
    const asked = await get("/")
    expect(asked.status).toBe(200)
    // If the handler cannot run again, the stored page is served.
    expect(["run 1", "run 3"]).toContain(asked.text)
    expect(asked.headers.etag).toBe(asked.text.replace(/run (.)/, '"$1"'))
    expect((await get("/")).text).toBe("run 3")
    expect(seen).toHaveLength(3)
  })

  it("serves the last good page when the handler fails, or the failure if there is none", async () => {
    const { get } = await site(() => {
      if (seen.length > 1) throw new Error("broken")
      return { headers: { "Cache-Control": "max-age=10, stale-if-error=60" }, body: "good" }
    })
    await get("/")
    clock.now += 20_000
    const stale = await get("/")
    expect([stale.status, stale.text]).toEqual([200, "good"])
    expect(stale.headers["cache-status"]).toContain("fwd=stale")
    expect((await get("/other")).status).toBe(500)
  })

  /** Options that count requests, so that a test can wait for a whole crowd. */
  function counting() {
    let came = 0
    const condition = () => {
      came += 1
      return true
    }
    return { condition, all: (crowd: number) => expect.poll(() => came).toBe(crowd) }
  }

  it("runs a handler that throws twice for a crowd, one after the other, and then for all requests at once", async () => {
    const gates: Gate[] = []
    const { condition, all } = counting()
    const view: View = async () => {
      const gate = newGate()
      gates.push(gate)
      await gate.opened
      throw new Error("broken")
    }
    const { get } = await site(view, { condition })
    const crowd = Array.from({ length: 8 }, () => get("/"))
    await all(8)
    for (const runs of [1, 2]) {
      await expect.poll(() => gates.length).toBe(runs)
      gates.at(-1)?.open()
    }
    await expect.poll(() => gates.length).toBe(8)
    for (const gate of gates) gate.open()
    expect((await Promise.all(crowd)).map(({ status }) => status)).toEqual(Array(8).fill(500))
  })

  it("serves one page to the rest of a crowd when some clients disconnect", async () => {
    const gate = newGate()
    const { condition, all } = counting()
    const { get, port } = await site(
      async () => {
        const run = seen.length
        await gate.opened
        return { body: `run ${run}` }
      },
      { condition },
    )
    const impatient = Array.from({ length: 4 }, () => httpRequest({ host: "127.0.0.1", port, path: "/", agent: false }))
    const left = impatient.map((request) => new Promise((resolve) => request.once("close", resolve)))
    for (const request of impatient) request.on("error", () => {}).end()
    await all(4)
    const patient = Array.from({ length: 8 }, () => get("/"))
    await all(12)
    for (const request of impatient) request.destroy()
    await Promise.all(left)
    gate.open()
    const texts = (await Promise.all(patient)).map(({ text }) => text)
    expect(new Set(texts).size).toBe(1)
    // One run for each client whose disconnect was noticed late, and one for all that stay.
    expect(seen.length).toBeLessThanOrEqual(5)
  })

  it("serves the page of the second run to a crowd when the first one throws", async () => {
    const gate = newGate()
    const { condition, all } = counting()
    const view: View = async () => {
      if (seen.length > 1) return { body: `run ${seen.length}` }
      await gate.opened
      throw new Error("broken")
    }
    const { get } = await site(view, { condition })
    const crowd = Array.from({ length: 8 }, () => get("/"))
    await all(8)
    gate.open()
    const texts = (await Promise.all(crowd)).filter(({ status }) => status === 200).map(({ text }) => text)
    expect(texts).toEqual(Array(7).fill("run 2"))
    expect(seen).toHaveLength(2)
  })
})

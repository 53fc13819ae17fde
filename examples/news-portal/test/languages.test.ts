import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Caches, openCaches } from "../src/caches.js"
import type { PageKeeping } from "../src/kept-pages.js"
import { type Portal, startPortal } from "../src/portal.js"

const keepings: readonly PageKeeping[] = ["views", "site", "nobody"]
const pages = ["/", "/president/grover-cleveland", "/archive", "/article/1862-abraham-lincoln"]

describe.each(keepings)("the portal in two languages, pages kept by %s:", (keeping) => {
  let caches: Caches
  let portal: Portal

  beforeAll(async () => {
    caches = await openCaches()
    portal = await startPortal({ host: "127.0.0.1", port: 0, caches, keeping })
  })

  afterAll(async () => {
    await portal?.close()
    await caches?.close()
  })

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(portal.address + path, { redirect: "manual", headers })
  const languageOf = async (response: Response) => {
    const declared = /<html lang="(\w+)">/.exec(await response.text())?.[1]
    expect(response.headers.get("content-language")).toBe(declared)
    return declared
  }
  const choose = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${portal.address}/language`, {
      method: "POST",
      redirect: "manual",
      headers: { origin: portal.address, ...headers },
      body: new URLSearchParams(fields),
    })

  it.each(pages)("shows %s to each in their own, whoever comes first", async (path) => {
    const asked = ["de", "en", "de-AT,de;q=0.9", "en-GB", "de", "fr", "de;q=0.1"]
    const shown: unknown[] = []
    for (const accepted of asked) shown.push(await languageOf(await get(path, { "accept-language": accepted })))
    expect(shown).toEqual(["de", "en", "de", "en", "de", "en", "de"])
  })

  it("translates all but names and what was said", async () => {
    const german = { "accept-language": "de" }
    const home = await (await get("/", german)).text()
    expect(home).toMatch(/<time datetime="\d{4}-\d\d-\d\d">\w+, \d{1,2}\. \S+ \d{4}<\/time>/)
    expect(home).toContain("33.") // thousands of words, in the chart
    expect(home).toContain("Das Vergoldete Zeitalter")
    const article = await (await get("/article/1862-abraham-lincoln", german)).text()
    expect(article).toContain("Mehr von Abraham Lincoln")
    expect(article).toMatch(/Min\. Lesezeit, \d\.\d{3} Wörter/)
    expect(article).toContain('<div class="text" lang="en">')
    expect(article).toContain("Fellow-Citizens of the Senate")
  })

  it("lets a choice outrank what the browser asks for", async () => {
    const chosen = { "accept-language": "en", cookie: "other=1; language=de" }
    for (const path of pages) expect(await languageOf(await get(path, chosen)), path).toBe("de")
    for (const path of pages) expect(await languageOf(await get(path, { "accept-language": "en" })), path).toBe("en")
  })

  it("tells caches on the way what pages depend on", async () => {
    for (const path of [...pages, "/search?q=war", "/nothing"]) {
      const response = await get(path)
      const names = response.headers.get("vary")?.toLowerCase().split(", ").toSorted()
      expect(names, path).toEqual(["accept-language", "cookie"])
    }
  })

  it("never takes the page of one language for that of another in a conditional request", async () => {
    const path = "/decade/1890s"
    for (let time = 0; time < 2; time++) await get(path, { "accept-language": "en" })
    const english = await get(path, { "accept-language": "en" })
    const etag = english.headers.get("etag")
    if (keeping === "nobody") return expect(etag).toBeNull()
    expect(etag).not.toBeNull()
    const condition = { "if-none-match": etag ?? "" }
    expect((await get(path, { "accept-language": "en", ...condition })).status).toBe(304)
    for (let time = 0; time < 2; time++) {
      const response = await get(path, { "accept-language": "de", ...condition })
      expect([response.status, await languageOf(response)]).toEqual([200, "de"])
    }
  })

  it("remembers a choice, and leads back to the page", async () => {
    const response = await choose({ language: "de", address: "/search?q=free+silver&page=2" })
    expect([response.status, response.headers.get("location")]).toEqual([303, "/search?q=free+silver&page=2"])
    const cookie = response.headers.get("set-cookie") ?? ""
    expect(cookie).toBe("language=de; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly")
    const [pair = ""] = cookie.split(";")
    expect(await languageOf(await get("/search?q=free+silver", { cookie: pair }))).toBe("de")
  })

  it.each([
    "//elsewhere.example/",
    "/\\elsewhere.example/",
    "/..//elsewhere.example/",
    "https://elsewhere.example/",
    "javascript:alert(1)",
    "/\t/elsewhere.example",
    "",
  ])("leads to no other site: %j", async (address) => {
    const response = await choose({ language: "de", address })
    const location = response.headers.get("location") ?? ""
    expect(new URL(location, portal.address).origin).toBe(portal.address)
    expect(location).toBe("/")
  })

  it("takes no choice that is none, and none from another site", async () => {
    expect((await choose({ language: "fr", address: "/" })).status).toBe(400)
    expect((await choose({ address: "/" })).status).toBe(400)
    const foreign = await choose({ language: "de", address: "/" }, { "sec-fetch-site": "cross-site" })
    expect([foreign.status, foreign.headers.get("set-cookie")]).toEqual([403, null])
  })
})

it.each(["views", "site"] as const)(
  "keeps two variants of a page, whatever is sent, pages kept by %s",
  async (keeping) => {
    await using caches = await openCaches()
    const portal = await startPortal({ host: "127.0.0.1", port: 0, caches, keeping })
    const visit = async (number: number) => {
      const sent = {
        "accept-language": `x${number}, ${number % 2 === 0 ? "de" : "en"}-${number};q=0.${number % 9}1, *;q=0.001`,
        cookie: `visitor=${number}; language=${number}`,
      }
      const response = await fetch(`${portal.address}/president/grover-cleveland`, { headers: sent })
      await response.text()
      const found = /^Larder; (hit|fwd)/.exec(response.headers.get("cache-status") ?? "")?.[1]
      return { language: response.headers.get("content-language"), found }
    }
    expect([await visit(0), await visit(1)]).toEqual([
      { language: "de", found: "fwd" },
      { language: "en", found: "fwd" },
    ])
    const others = await Promise.all(Array.from({ length: 300 }, (_, index) => visit(index + 2)))
    expect(new Set(others.map(({ language, found }) => `${language} ${found}`))).toEqual(new Set(["de hit", "en hit"]))
    await portal.close()
  },
)

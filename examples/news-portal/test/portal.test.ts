import { mkdtemp, rm } from "node:fs/promises"
import { request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { type Operation, operations } from "@larder/core"
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest"
import { type Caches, openCaches } from "../src/caches.js"
import { type Portal, startPortal } from "../src/portal.js"
import { type CacheReads, cacheReadsOn, navigation } from "./cache-reads.js"

const lincoln = "/article/1862-abraham-lincoln"
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "news-portal-"))
})

afterAll(() => rm(folder, { recursive: true }))

/** Without pages that are kept whole, for then only their first visitor asks anything of the other caches. */
const start = (caches: Caches, port = 0) => startPortal({ host: "127.0.0.1", port, caches, keeping: "nobody" })

describe.each([
  ["memory", () => undefined],
  ["files", () => pathToFileURL(folder).href],
])("the portal, cached in %s", (_, cacheUrl) => {
  let caches: Caches
  let portal: Portal

  beforeAll(async () => {
    caches = await openCaches(cacheUrl())
    portal = await start(caches)
  })

  afterAll(async () => {
    await portal?.close()
    await caches?.close()
  })

  const get = (path: string, init?: RequestInit) => fetch(portal.address + path, { redirect: "manual", ...init })
  const read = async (path: string) => (await get(path)).text()
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    get(path, {
      method: "POST",
      headers: { origin: portal.address, ...headers },
      body: new URLSearchParams(fields),
    })

  it.each([
    ["/", "From the archive today"],
    ["/archive", "Grover Cleveland"],
    ["/search", "read word by word"],
    ["/search?q=panama+canal", "<mark>Panama Canal</mark>"],
    ["/president/grover-cleveland", "8 addresses, 1885 to 1896"],
    ["/party/republican?page=2", "Page 2 of 8"],
    ["/decade/1930s", "9 addresses, 1930 to 1939"],
    ["/era/the-cold-war", "48 addresses"],
    ["/article/1790-george-washington", "Fellow-Citizens of the Senate and House of Representatives:"],
    [`${lincoln}/correction`, "Publish the correction"],
  ])("shows %s", async (path, text) => {
    const response = await get(path)
    expect(response.status).toBe(200)
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8")
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'")
    expect(response.headers.get("x-content-type-options")).toBe("nosniff")
    expect(await response.text()).toContain(text)
  })

  it.each([
    ["/", ["Front page"]],
    ["/archive", ["Archive"]],
    [lincoln, []],
  ])("marks where %s is in the navigation", async (path, marked) => {
    const found = (await read(path)).matchAll(/<a [^>]*aria-current="page">([^<]+)/g)
    expect([...found].map(([, name]) => name)).toEqual(marked)
  })

  it.each(["base.css", "masthead.css", "icon.svg"])("serves %s, which browsers keep and check", async (file) => {
    const { status, headers } = await get(`/assets/${file}`)
    expect([status, headers.get("cache-control")]).toEqual([200, "public, max-age=300"])
    const again = await get(`/assets/${file}`, {
      headers: { "if-modified-since": headers.get("last-modified") ?? "" },
    })
    expect([again.status, await again.text()]).toEqual([304, ""])
  })

  it("lets nobody overwrite a correction that they have not seen", async () => {
    const path = "/article/1947-harry-s-truman"
    const basisOf = (html: string) => /name="basis" value="([^"]+)"/.exec(html)?.[1] ?? ""
    const basis = basisOf(await read(`${path}/correction`))
    const summary = "A summary that is long enough."
    const send = (headline: string, seen: string) => post(`${path}/correction`, { headline, summary, basis: seen })
    // Both editors opened the form before either of them published, and do so at once.
    const responses = await Promise.all([
      send("The headline of one editor", basis),
      send("The other's headline", basis),
    ])
    expect(responses.map(({ status }) => status).toSorted()).toEqual([303, 409])
    const refused = responses.find(({ status }) => status === 409)
    const form = (await refused?.text()) ?? ""
    expect(form).toContain("Somebody else has corrected this while you were writing")
    expect(form).toContain("The headline of one editor")
    expect(form).toContain("The other&#39;s headline")
    expect((await send("Having seen the other one", basisOf(form))).status).toBe(303)
    expect(await read(path)).toContain("Having seen the other one")
  })

  it("answers the second visitor of a page from the cache", async () => {
    const path = "/president/calvin-coolidge"
    expect((await readsOf(portal, path)).misses).toBeGreaterThan(0)
    const second = await readsOf(portal, path)
    expect(second).toEqual({ hits: expect.any(Number), misses: 0 })
    expect(second.hits).toBeGreaterThan(0)
  })

  it("shares one search between people who write it differently", async () => {
    await read("/search?q=Free+Silver")
    expect((await readsOf(portal, "/search?q=%20free%20%20SILVER!")).misses).toBe(0)
  })

  it("counts who reads an article, but not who asks for its head", async () => {
    const path = "/article/1960-dwight-d-eisenhower"
    expect(await read(path)).toContain("1 reader")
    expect((await get(path, { method: "HEAD" })).status).toBe(200)
    expect(await read(path)).toContain("2 readers")
  })

  it("shows a corrected headline on every page at once, escaped", async () => {
    const pages = ["/", "/president/joseph-r-biden", "/search?q=bipartisan+kelpies"]
    for (const page of pages) await read(page)
    const path = "/article/2021-joseph-r-biden"
    const response = await post(`${path}/correction`, {
      headline: "Kelpies & <em>others</em> rise",
      summary: "A bipartisan summary that is long enough.",
    })
    expect([response.status, response.headers.get("location")]).toEqual([303, path])
    for (const page of [path, ...pages]) {
      expect(await read(page), page).toContain("Kelpies &amp; &lt;em&gt;others&lt;/em&gt; rise")
    }
  })

  it("keeps a form that is not right, and says what is wrong", async () => {
    const response = await post(`${lincoln}/correction`, { headline: "Short", summary: '"Quoted" and long enough' })
    const page = await response.text()
    expect(response.status).toBe(422)
    expect(page).toContain("A headline has 8 to 140 characters; this one has 5.")
    expect(page).toContain("&#34;Quoted&#34; and long enough")
  })

  it("takes no form from another site", async () => {
    const fields = { headline: "A headline from elsewhere", summary: "A summary from elsewhere." }
    const foreign = [{ origin: "https://elsewhere.example" }, { "sec-fetch-site": "cross-site" }, { origin: "null" }]
    for (const headers of foreign) expect((await post(`${lincoln}/correction`, fields, headers)).status).toBe(403)
    expect(await read(lincoln)).not.toContain("from elsewhere")
  })

  it("takes no form that is too long or no form", async () => {
    const long = await post(`${lincoln}/correction`, { headline: "x".repeat(20_000), summary: "" })
    expect(long.status).toBe(413)
    const json = await post(`${lincoln}/correction`, {}, { "content-type": "application/json" })
    expect(json.status).toBe(415)
  })

  it.each([
    "/nothing",
    "/article/1933-nobody",
    "/article/__proto__",
    "/president/constructor",
    "/party/republican?page=99",
    "/search?q=war&page=0",
    "/assets/main.css",
    "/assets/..%2Fpackage.json",
    "/archive/",
  ])("has no page %s", async (path) => {
    const response = await get(path)
    expect(response.status).toBe(404)
    expect(await response.text()).toContain("No such page")
  })

  it("escapes what a visitor typed", async () => {
    const page = await read(`/search?q=${encodeURIComponent('"><script>alert(1)</script>')}`)
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;")
    expect(page).not.toContain("<script>alert")
  })

  it("searches for a hundred characters at most", async () => {
    const response = await get(`/search?q=${"x".repeat(101)}`)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain("at most 100 characters; these were 101")
  })

  it("says which methods a page takes", async () => {
    const response = await get(lincoln, { method: "DELETE" })
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"])
    expect((await get(`${lincoln}/correction`, { method: "PUT" })).headers.get("allow")).toBe("GET, HEAD, POST")
  })

  it("answers HEAD with the headers of GET and no body", async () => {
    const head = await get("/archive", { method: "HEAD" })
    expect(head.status).toBe(200)
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(10_000)
    expect(await head.text()).toBe("")
  })

  it.each(["/article/%ff", "/%"])("refuses the malformed path %s", async (path) => {
    expect(await rawStatus(portal.address, path)).toBe(400)
  })
})

describe("the portal", () => {
  it("finds after a restart what it kept in files", async () => {
    const cacheUrl = pathToFileURL(join(folder, "restart")).href
    const visit = async () => {
      await using caches = await openCaches(cacheUrl)
      const portal = await start(caches)
      const reads = await readsOf(portal, "/party/federalist")
      await portal.close()
      return reads
    }
    expect((await visit()).hits).toBe(0)
    expect((await visit()).misses).toBe(0)
  })

  it("finds after a restart the page that it sent last", async () => {
    const cacheUrl = pathToFileURL(join(folder, "last-page")).href
    const visit = async (port: number) => {
      await using caches = await openCaches(cacheUrl)
      const portal = await startPortal({ host: "127.0.0.1", port, caches })
      const response = await fetch(`${portal.address}/president/zachary-taylor`)
      await response.text()
      await portal.close()
      return { address: new URL(portal.address), status: response.headers.get("cache-status") }
    }
    const { address } = await visit(0)
    expect((await visit(Number(address.port))).status).toMatch(/^Larder; hit/)
  })

  it.each([
    ["views", ["hit", "hit", "hit", undefined, undefined, undefined, undefined]],
    ["site", ["hit", "hit", "hit", "hit", "hit", "fwd", "fwd"]],
  ] as const)("keeps whole pages by %s, until an article on them is corrected", async (...given) => {
    const [keeping, expected] = given
    await using caches = await openCaches()
    const portal = await startPortal({ host: "127.0.0.1", port: 0, caches, keeping })
    const article = "/article/1862-abraham-lincoln"
    const same = ["/president/abraham-lincoln", "/decade/1860s", "/president/calvin-coolidge"]
    const pages = [...same, "/archive", "/assets/base.css", article, "/search?q=emancipation"]
    const visit = async (path: string) => {
      const response = await fetch(portal.address + path)
      const found = /^Larder; (hit|fwd)/.exec(response.headers.get("cache-status") ?? "")?.[1]
      return { found, text: await response.text() }
    }
    const all = async () => Promise.all(pages.map(async (path) => (await visit(path)).found))
    await all()
    expect(await all()).toEqual(expected)
    const headline = "The fiery trial through which we pass"
    await fetch(`${portal.address}${article}/correction`, {
      method: "POST",
      redirect: "manual",
      headers: { origin: portal.address },
      body: new URLSearchParams({ headline, summary: "Long enough to be a summary." }),
    })
    for (const path of [article, "/president/abraham-lincoln", "/decade/1860s", "/article/1863-abraham-lincoln"]) {
      expect((await visit(path)).text, path).toContain(headline)
    }
    expect((await visit(article)).text).toContain("4 readers")
    expect((await visit("/nothing")).found).not.toBe("hit")
    expect((await visit("/president/calvin-coolidge")).found).toBe("hit")
    await portal.close()
  })

  it("keeps the text of an article and what stands around it as markup, and counts its readers all the same", async () => {
    await using caches = await openCaches()
    const portal = await start(caches)
    const read = async () => (await fetch(`${portal.address}/article/1960-dwight-d-eisenhower`)).text()
    const markupOf = (page: string) =>
      page.slice(page.indexOf('<div class="text">'), page.indexOf('<footer class="colophon"'))
    const first = await read()
    const asked: string[] = []
    const note = (message: unknown) => {
      const { alias, operation, hits } = message as Operation
      if (alias === "fragments" && operation === "getOrSet") asked.push(String(hits))
    }
    operations.asyncEnd.subscribe(note)
    const second = await read()
    operations.asyncEnd.unsubscribe(note)
    expect(asked).toEqual(["true", "true"])
    expect(markupOf(second)).toBe(markupOf(first))
    expect([first, second].map((page) => /\d+ readers?/.exec(page)?.[0])).toEqual(["1 reader", "2 readers"])
    await portal.close()
  })

  it("keeps one page, whatever else is asked of a view", async () => {
    await using caches = await openCaches()
    const portal = await startPortal({ host: "127.0.0.1", port: 0, caches })
    const found: unknown[] = []
    for (const query of ["", "?campaign=1", "?page=1&campaign=2", "?page=1"]) {
      const response = await fetch(`${portal.address}/party/whig${query}`)
      expect(await response.text()).not.toContain("campaign")
      found.push(/^Larder; (hit|fwd)/.exec(response.headers.get("cache-status") ?? "")?.[1])
    }
    expect(found).toEqual(["fwd", "hit", "fwd", "hit"])
    await portal.close()
  })

  it("has a toolbar for developers, and none in production", async () => {
    await using caches = await openCaches()
    const isShown = async () => {
      const portal = await start(caches)
      const response = await fetch(`${portal.address}/archive`, { headers: { accept: "text/html" } })
      const page = await response.text()
      await portal.close()
      return page.includes("<larder-toolbar>")
    }
    onTestFinished(() => void vi.unstubAllEnvs())
    vi.stubEnv("NODE_ENV", "development")
    expect(await isShown()).toBe(true)
    vi.stubEnv("NODE_ENV", "production")
    expect(await isShown()).toBe(false)
  })

  it("rejects when its port is taken", async () => {
    await using caches = await openCaches()
    const portal = await start(caches)
    await expect(start(caches, Number(new URL(portal.address).port))).rejects.toMatchObject({ code: "EADDRINUSE" })
    await portal.close()
  })

  it("finishes what it is asked before it closes", async () => {
    await using caches = await openCaches()
    const portal = await start(caches)
    const underWay = firstOperation()
    const response = fetch(`${portal.address}/search?q=kelp`)
    await underWay
    await portal.close()
    expect((await response).status).toBe(200)
  })
})

/** Resolves when some cache is asked something. */
function firstOperation(): Promise<void> {
  return new Promise((resolve) => {
    const seen = () => {
      operations.start.unsubscribe(seen)
      resolve()
    }
    operations.start.subscribe(seen)
  })
}

async function readsOf({ address }: Portal, path: string): Promise<CacheReads> {
  const response = await fetch(address + path, { headers: navigation })
  return cacheReadsOn(await response.text())
}

/** `fetch` would mend such a path. */
function rawStatus(address: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve, reject) => {
    request({ hostname, port, path }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on("error", reject)
      .end()
  })
}

it("shows an old front page while a new one is made behind it", async () => {
  vi.useFakeTimers({ toFake: ["Date"] })
  onTestFinished(() => void vi.useRealTimers())
  const caches = await openCaches()
  const portal = await startPortal({ host: "127.0.0.1", port: 0, caches })
  onTestFinished(async () => {
    await portal.close()
    await caches.close()
  })
  const status = async () => {
    const response = await fetch(portal.address)
    await response.arrayBuffer()
    return response.headers.get("cache-status")
  }
  expect(await status()).toContain("fwd=uri-miss")
  expect(await status()).toContain("hit")
  vi.advanceTimersByTime(10 * 60_000)
  expect(await status()).toMatch(/hit; ttl=-\d+/)
  await vi.waitFor(async () => expect(await status()).toMatch(/hit; ttl=\d+/), { timeout: 30_000 })
})

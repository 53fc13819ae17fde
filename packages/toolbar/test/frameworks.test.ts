import { once } from "node:events"
import { get as getFrom } from "node:http"
import { Readable } from "node:stream"
import { Cache, ConfigurationError, operations } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { afterEach, describe, expect, it, vi } from "vitest"
import { navigation, type Page, type Site, sites } from "./servers/sites.js"

const marker = "<larder-toolbar>"
const text = "<!doctype html><html><body><h1>News</h1></body></html>"

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

function newCache(alias: string): Cache {
  return new Cache(new LocmemBackend(), { alias })
}

function get(
  address: string,
  headers: Readonly<Record<string, string>> = navigation,
  method = "GET",
): Promise<Response> {
  return fetch(address, { headers, method, redirect: "manual" })
}

/** Gets a page under another name for the same address: `fetch` cannot set the host. */
async function getAs(host: string, address: string): Promise<string> {
  const [response] = await once(getFrom(address, { headers: { ...navigation, host } }), "response")
  return (await response.setEncoding("utf8").toArray()).join("")
}

/** The calls in the panel: result, operation and key of each. */
function rowsIn(page: string): string[] {
  const [, calls = ""] = page.split('<table class="calls"')
  return calls
    .split("<tr ")
    .slice(2)
    .map((row) => {
      const [result = "", operation = "", key = ""] = row
        .split("</td>")
        .map((cell) => cell.replace(/<small>.*<\/small>/g, ""))
      return [result, operation, key]
        .map((cell) => cell.replace(/^[^>]*>?\s*<td[^>]*>|<[^>]*>|^role="row">/g, "").trim())
        .join(" ")
    })
}

describe.each(Object.entries(sites))("the toolbar in %s", (name, start) => {
  const cache = newCache("news")
  const view = async (): Promise<Page> => {
    await cache.get("top")
    return {
      headers: {
        etag: '"1"',
        "last-modified": "Thu, 01 Jan 1970 00:00:00 GMT",
        "set-cookie": ["a=1", "b=2"],
        "x-kept": "yes",
      },
      body: text,
    }
  }

  it("adds the panel to a page, makes it no-store, and changes nothing else", async () => {
    const response = await get(await start({ view }))
    const body = await response.text()

    expect(body).toMatch(
      /^<!doctype html><html><body><h1>News<\/h1><larder-toolbar>.*<\/larder-toolbar><\/body><\/html>$/s,
    )
    expect(rowsIn(body)).toEqual(["miss get top"])
    expect(body).toMatch(/<code>[^<]*frameworks\.test\.ts:\d+<\/code>/)
    expect(Object.fromEntries(response.headers)).toMatchObject({ "cache-control": "no-store", "x-kept": "yes" })
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"])
    for (const gone of ["etag", "last-modified", "expires"]) expect(response.headers.get(gone)).toBeNull()
  })

  it("adds the panel to pages of a page cache, which does not store it", async () => {
    const pages = newCache("pages")
    const seen = vi.fn(async (): Promise<Page> => ({ headers: { etag: '"1"' }, body: text }))
    const address = await start({ view: seen, pages })
    const first = await (await get(address)).text()
    const second = await get(address)
    const hit = await second.text()
    const script = await get(address, { ...navigation, "sec-fetch-dest": "empty" })

    expect(first).toContain(marker)
    expect(first).toContain("Page cache: <b>miss</b>")
    expect(rowsIn(first)[0]).toMatch(/^miss get page:/)
    expect(first).toContain(">page</td>")
    expect(hit).toContain("Page cache: <b>hit</b>")
    expect(rowsIn(hit)).toEqual([expect.stringMatching(/^hit get page:/)])
    expect(hit).toContain("min")
    expect(second.headers.get("cache-control")).toBe("no-store")
    expect(await script.text()).toBe(text)
    expect(script.headers.get("etag")).toBe('"1"')
    expect(seen).toHaveBeenCalledOnce()
  })

  it("ignores requests of scripts, images and frames, and other methods", async () => {
    const address = await start({ view })
    for (const [method, destination] of [
      ["GET", "empty"],
      ["GET", "iframe"],
      ["GET", "image"],
      ["POST", "document"],
      ["HEAD", "document"],
    ] as const) {
      const response = await get(address, { ...navigation, "sec-fetch-dest": destination }, method)
      expect(await response.text()).toBe(method === "HEAD" ? "" : text)
      expect(response.headers.get("etag")).toBe('"1"')
    }
  })

  it.each<readonly [kind: string, page: Page]>([
    ["a fragment", { body: "<tr><td>1</td></tr>" }],
    ["text", { headers: { "content-type": "text/plain" }, body: text }],
    ["an encoded page", { headers: { "content-encoding": "x-own" }, body: text }],
    ["a file", { headers: { "content-disposition": "attachment" }, body: text }],
    [
      "a stream of a fragment",
      { body: Readable.from(["<tr>", "<td>", "</td></tr>"].map((part) => Buffer.from(part))) },
    ],
  ])("does not change %s", async (_kind, page) => {
    const etag = '"1"'
    const whole = typeof page.body === "string" ? page.body : "<tr><td></td></tr>"
    const response = await get(await start({ view: () => ({ ...page, headers: { ...page.headers, etag } }) }))

    expect(await response.text()).toBe(whole)
    expect(response.headers.get("etag")).toBe(etag)
  })

  it("adds the panel to a streamed page without delaying its beginning", async () => {
    const body = new Readable({ read() {} })
    body.push(Buffer.from("<!doctype html><html><body>first"))
    const response = await get(await start({ view: () => ({ body }) }))
    const reader = response.body?.getReader()
    const { value = new Uint8Array(0) } = (await reader?.read()) ?? {}
    expect(Buffer.from(value).toString()).toBe("<!doctype html><html><body>first")
    await cache.get("of another request")
    body.push(Buffer.from("last</body></html>"))
    body.push(null)
    let rest = ""
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read())
      rest += Buffer.from(read.value)

    expect(rest).toMatch(/^last<larder-toolbar>.*<\/larder-toolbar><\/body><\/html>$/s)
    expect(rest).toContain("no cache calls")
  })

  it("adds the panel to error pages, and passes errors on to the framework", async () => {
    const notFound = await get(await start({ view: () => ({ status: 404, body: text }) }))
    expect(notFound.status).toBe(404)
    expect(await notFound.text()).toContain(marker)

    if (name === "node:http" || name === "Fetch") return
    const broken = await get(
      await start({
        view: () => {
          throw new Error("broken")
        },
      }),
    )
    expect(broken.status).toBe(500)
  })

  it("lists only the calls of its own request", async () => {
    let waiting = 0
    let go = (): void => undefined
    const together = new Promise<void>((resolve) => {
      go = resolve
    })
    const address = await start({
      view: async ({ url }) => {
        if (++waiting === 2) go()
        await together
        await cache.get(`of${url.replace("/", "-")}`)
        return { body: text }
      },
    })
    const [one, two] = await Promise.all(["/one", "/two"].map(async (path) => (await get(address + path)).text()))

    expect(rowsIn(one ?? "")).toEqual(["miss get of-one"])
    expect(rowsIn(two ?? "")).toEqual(["miss get of-two"])
    await vi.waitFor(() => expect(operations.hasSubscribers).toBe(false))
  })

  it("adds the panel to pages that the browser has cached", async () => {
    const pages = newCache("pages")
    const address = await start({ view: () => ({ headers: { etag: '"1"' }, body: text }), pages })
    const known = { ...navigation, "if-none-match": '"1"', "if-modified-since": "Thu, 01 Jan 2037 00:00:00 GMT" }

    for (const _visit of ["miss", "hit"]) {
      const response = await get(address, known)
      expect(response.status).toBe(200)
      expect(await response.text()).toContain(marker)
    }
    expect((await get(address, { ...known, "sec-fetch-dest": "empty" })).status).toBe(304)
  })

  it("is not shown to clients behind a proxy by default", async () => {
    const address = await start({ view })
    for (const header of ["x-forwarded-for", "forwarded", "via"]) {
      const response = await get(address, { ...navigation, [header]: "1.1 proxy" })
      expect(await response.text()).toBe(text)
      expect(response.headers.get("etag")).toBe('"1"')
    }
  })

  it("is shown by default only under a name of this machine, which prevents DNS rebinding", async () => {
    const address = await start({ view })
    for (const host of ["localhost:3000", "news.localhost", "127.0.0.1", "[::1]:3000"]) {
      expect(await getAs(host, address)).toContain(marker)
    }
    for (const host of ["evil.example", "localhost.evil.example:3000", "127.0.0.1.evil.example"]) {
      expect(await getAs(host, address)).toBe(text)
    }
  })

  it("is shown if authorize returns true", async () => {
    const address = await start({ view, operator: "ada" })

    expect(
      await (await get(address, { ...navigation, "x-user": "ada", "x-forwarded-for": "10.0.0.1" })).text(),
    ).toContain(marker)
    expect(await (await get(address, { ...navigation, "x-user": "eve" })).text()).toBe(text)
    expect(await (await get(address)).text()).toBe(text)
  })

  it("is off in production, and records nothing", async () => {
    vi.stubEnv("NODE_ENV", "production")
    const traced: boolean[] = []
    const address = await start({
      view: () => {
        traced.push(operations.hasSubscribers)
        return { body: text }
      },
      operator: "ada",
    })

    expect(await (await get(address, { ...navigation, "x-user": "ada" })).text()).toBe(text)
    expect(traced).toEqual([false])
  })

  it("requires authorize in production", async () => {
    vi.stubEnv("NODE_ENV", "production")
    const open = async (site: Omit<Site, "view">) => start({ view, enabled: true, ...site })

    await expect(open({})).rejects.toThrow(ConfigurationError)
    const address = await open({ operator: "ada" })
    expect(await (await get(address, { ...navigation, "x-user": "ada" })).text()).toContain(marker)
    expect(await (await get(address)).text()).toBe(text)
  })

  it("can be turned off", async () => {
    expect(await (await get(await start({ view, enabled: false }))).text()).toBe(text)
  })

  it("keeps pages from being stored if it is inside a page cache", async () => {
    vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
    const address = await start({ view: () => ({ body: text }), pages: newCache("pages"), pagesOutside: true })
    await (await get(address)).text()
    const script = await get(address, { ...navigation, "sec-fetch-dest": "empty" })

    expect(await script.text()).toBe(text)
  })
})

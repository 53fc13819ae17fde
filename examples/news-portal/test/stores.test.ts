import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { addressOf } from "@larder/services/address"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openCaches } from "../src/caches.js"
import { cacheReadsOn, navigation } from "./cache-reads.js"
import { Program } from "./program.js"

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "news-portal-"))
})

afterAll(() => rm(folder, { recursive: true }))

const table = "news_portal_test"
const stores: Readonly<Record<string, () => string>> = {
  "file:": () => pathToFileURL(join(folder, "cache")).href,
  "sqlite:": () => `sqlite:${join(folder, "cache.db")}?table=${table}`,
  "redis:": () => addressOf("REDIS_URL"),
  "memcached:": () => addressOf("MEMCACHED_URLS").split(",")[0] ?? "",
  "postgres:": () => `${addressOf("POSTGRES_URL")}?table=${table}`,
  "mysql:": () => `${addressOf("MYSQL_URL")}?table=${table}`,
  "mariadb:": () => `${addressOf("MYSQL_URL")}?table=${table}_mariadb`.replace("mysql:", "mariadb:"),
}

describe.each(Object.entries(stores))("CACHE_URL=%s… node dist/main.js", (_, url) => {
  let program: Program
  let address: string

  beforeAll(async () => {
    await clear()
    program = Program.built("main", ["--port", "0"], { CACHE_URL: url() })
    address = await program.address()
  })

  afterAll(async () => {
    program?.child.kill("SIGTERM")
    const end = await program?.ended
    await clear()
    expect(end?.code).toBe(0)
  })

  /** What an earlier run left behind would be hits. */
  async function clear(): Promise<void> {
    await using caches = await openCaches(url())
    for (const alias of caches.aliases) await caches.use(alias).clear()
  }

  it.each(["/article/1862-abraham-lincoln", "/search?q=panama+canal"])(
    "shows %s, and again from the caches",
    async (path) => {
      const [first, second] = [await read(path), await read(path)]
      expect(first.reads.misses).toBeGreaterThan(0)
      expect(second.reads).toEqual({ hits: expect.any(Number), misses: 0 })
      expect(second.reads.hits).toBeGreaterThan(0)
      expect(second.title).toBe(first.title)
    },
  )

  it.each(["/", "/party/republican?page=2"])("shows %s, and again as it was kept", async (path) => {
    const first = await read(path)
    expect(first.kept).toBe(false)
    // Visitors do not wait for the store to take what they got.
    await expect.poll(async () => (await read(path)).kept).toBe(true)
    expect((await read(path)).title).toBe(first.title)
  })

  it("counts readers, and shows a correction on every page", async () => {
    const article = "/article/1863-abraham-lincoln"
    for (const readers of ["1 reader", "2 readers"]) expect((await read(article)).page).toContain(readers)
    const category = "/president/abraham-lincoln"
    for (let time = 0; time < 2; time++) await read(category)
    const headline = "The brave men, living and dead"
    const published = await fetch(`${address}${article}/correction`, {
      method: "POST",
      redirect: "manual",
      headers: { origin: address },
      body: new URLSearchParams({ headline, summary: "Long enough to be a summary." }),
    })
    expect(published.status).toBe(303)
    for (const path of [article, category]) expect((await read(path)).page, path).toContain(headline)
  })

  async function read(path: string) {
    const response = await fetch(address + path, { headers: navigation })
    expect(response.status).toBe(200)
    const page = await response.text()
    const kept = /^Larder; hit/.test(response.headers.get("cache-status") ?? "")
    return { page, title: /<title>(.*?)<\/title>/s.exec(page)?.[1], reads: cacheReadsOn(page), kept }
  }
})

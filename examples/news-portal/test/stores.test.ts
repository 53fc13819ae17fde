import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { addressOf } from "@larder/services/address"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Caches, openCaches } from "../src/caches.js"
import { type Portal, startPortal } from "../src/portal.js"

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "news-portal-"))
})

afterAll(() => rm(folder, { recursive: true }))

const table = "news_portal_test"
const stores: Readonly<Record<string, () => string>> = {
  redis: () => addressOf("REDIS_URL"),
  memcached: () => addressOf("MEMCACHED_URLS").split(",")[0] ?? "",
  postgres: () => `${addressOf("POSTGRES_URL")}?table=${table}`,
  mysql: () => `${addressOf("MYSQL_URL")}?table=${table}`,
  sqlite: () => `sqlite:${join(folder, "cache.db")}?table=${table}`,
}

describe.each(Object.entries(stores))("the portal with CACHE_URL=%s:", (_, url) => {
  let caches: Caches
  let portal: Portal

  beforeAll(async () => {
    caches = await openCaches(url())
    await clear()
    portal = await startPortal({ host: "127.0.0.1", port: 0, caches, keepsPages: false })
  })

  afterAll(async () => {
    await portal?.close()
    await clear()
    await caches?.close()
  })

  /** What an earlier run left behind would be hits. */
  async function clear(): Promise<void> {
    for (const alias of caches.aliases) await caches.use(alias).clear()
  }

  it.each(["/", "/article/1862-abraham-lincoln", "/party/republican?page=2", "/search?q=panama+canal"])(
    "shows %s, and again from the cache",
    async (path) => {
      const [first, second] = [await read(path), await read(path)]
      expect(Number(first.reads)).toBeGreaterThan(Number(first.hits))
      expect(second.hits).toBe(second.reads)
      expect(second.title).toBe(first.title)
    },
  )

  async function read(path: string) {
    const response = await fetch(portal.address + path)
    expect(response.status).toBe(200)
    const page = await response.text()
    const [, hits, reads] = /(\d+) of (\d+) cache reads hit/.exec(page) ?? []
    return { title: /<title>(.*?)<\/title>/s.exec(page)?.[1], hits, reads }
  }
})

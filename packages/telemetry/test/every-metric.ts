import { Cache } from "@larder/core"
import { PageCache } from "@larder/http"
import { cachedBy } from "@larder/http/fetch"
import { LocmemBackend } from "@larder/locmem"
import { BytesBackend } from "./bytes-backend.js"
import { monitored } from "./scrape.js"

/** The labels of each series of a real scrape after operations, failures and pages of every kind. */
export async function scrapedSeries(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const local = new Cache(new LocmemBackend({ maxEntries: 10 }), { alias: "local" })
  const backend = new BytesBackend()
  const remote = new Cache(backend, { alias: "remote" })
  const { scrape } = await monitored({ caches: [local, remote] })
  await remote.getOrSet("k", () => 1)
  backend.failure = new Error("down")
  await remote.get("k")
  const pages = new PageCache({ cache: local, timeout: "5m" })
  const handler = cachedBy(pages)(() => new Response("A page"))
  for (const _visit of ["rendered", "hit"]) {
    await (await handler(new Request("http://localhost/"))).text()
    await pages.settled()
  }
  const series = new Map<string, Set<string>>()
  for (const { name, labels } of (await scrape()).samples) {
    series.set(name, new Set([...(series.get(name) ?? []), ...Object.keys(labels)]))
  }
  return series
}

import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { promisedBackendsPage } from "../backends-page.mjs"

// Of every server that the page speaks of: REDIS_URL, REDIS_CLUSTER_URLS, MEMCACHED_URLS, POSTGRES_URL and MYSQL_URL.
it("docs/backends.md says what the backends are and can do, every clause passed", async () => {
  const page = readFileSync(new URL("../../../docs/backends.md", import.meta.url), "utf8")
  expect(page, "run `npm run capabilities` and commit docs/backends.md").toBe(await promisedBackendsPage())
})

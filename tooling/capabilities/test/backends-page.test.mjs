import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { promisedBackendsPage } from "../backends-page.mjs"

// Needs every server on the page: REDIS_URL, REDIS_CLUSTER_URLS, MEMCACHED_URLS, POSTGRES_URL and MYSQL_URL.
it("docs/backends.md is up to date, with every clause passed", async () => {
  const page = readFileSync(new URL("../../../docs/backends.md", import.meta.url), "utf8")
  expect(page, "run `npm run capabilities` and commit docs/backends.md").toBe(await promisedBackendsPage())
})

import { type IncomingMessage, request } from "node:http"
import type { Dashboard } from "@larder/toolbar/dashboard"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Caches, openCaches } from "../src/caches.js"
import { cachesDashboard } from "../src/dashboard.js"
import { type Portal, startPortal } from "../src/portal.js"

describe("the dashboard of the portal", () => {
  let caches: Caches
  let dashboard: Dashboard<IncomingMessage>
  let portal: Portal

  beforeAll(async () => {
    caches = await openCaches()
    dashboard = cachesDashboard(caches)
    portal = await startPortal({ host: "127.0.0.1", port: 0, caches, dashboard })
  })

  afterAll(async () => {
    await portal?.close()
    dashboard?.close()
    await caches?.close()
  })

  it("shows all caches of the site, to whoever is at its machine", async () => {
    await fetch(`${portal.address}/search?q=panama`)
    const response = await fetch(`${portal.address}/dashboard`)
    expect(response.status).toBe(200)
    const text = await response.text()
    for (const alias of caches.aliases) expect(text).toContain(`<caption>Traffic of ${alias}</caption>`)
    const figures = await (await fetch(`${portal.address}/dashboard/stats.json`)).json()
    expect(figures).toMatchObject({ caches: expect.arrayContaining([expect.objectContaining({ alias: "searches" })]) })
  })

  it.each([
    ["through a proxy", { "x-forwarded-for": "10.0.0.1" }],
    ["under the name of another site", { host: "news.example" }],
  ])("is refused %s", async (_how, headers) => {
    const status = await new Promise((resolve, reject) => {
      request(`${portal.address}/dashboard`, { headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on("error", reject)
        .end()
    })
    expect(status).toBe(403)
  })

  it("takes no address of the site", async () => {
    expect(await (await fetch(`${portal.address}/dashboards`)).text()).toContain("No such page")
  })
})

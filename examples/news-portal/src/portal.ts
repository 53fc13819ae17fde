import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { cachedBy } from "@larder/http/node"
import { assets } from "./assets.js"
import { CachePanel } from "./cache-panel.js"
import type { Caches } from "./caches.js"
import { Corpus } from "./corpus.js"
import { keptPages } from "./kept-pages.js"
import { requestListener } from "./listener.js"
import { archivePage } from "./pages/archive.js"
import { articlePage } from "./pages/article.js"
import { categoryPage } from "./pages/category.js"
import { correctionForm, saveCorrection } from "./pages/correction.js"
import { homePage } from "./pages/home.js"
import { searchPage } from "./pages/search.js"
import { Router } from "./router.js"
import { Site } from "./site.js"

export interface PortalOptions {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** Stay open when the portal closes. */
  readonly caches: Caches
  /** Whether the front page and the categories are kept whole. Default: true. */
  readonly keepsPages?: boolean
}

/** A site that is being served. */
export interface Portal {
  /** Where it is: `http://127.0.0.1:3000`. */
  readonly address: string
  /** Lets the requests under way finish, for some seconds at most. */
  close(): Promise<void>
}

/** In milliseconds: how long a request may take to arrive, and how long `close` waits for one under way. */
const patience = { arrival: 30_000, departure: 5_000 }

/** Serves the site. Rejects with Node's error when it cannot listen there. */
export async function startPortal({ host, port, caches, keepsPages = true }: PortalOptions): Promise<Portal> {
  const panel = new CachePanel()
  const pages = keepsPages ? keptPages(caches) : undefined
  const site = new Site(Corpus.load(), caches, panel, pages)
  const listener = requestListener(site, routesOf(site), panel)
  const server = createServer(pages === undefined ? listener : cachedBy(pages)(listener))
  server.requestTimeout = patience.arrival
  server.listen(port, host)
  await once(server, "listening")
  panel.start()
  return {
    address: addressOf(server.address() as AddressInfo),
    async close() {
      const closed = once(server, "close")
      server.close()
      const impatience = setTimeout(() => server.closeAllConnections(), patience.departure)
      await closed
      clearTimeout(impatience)
      panel.stop()
    },
  }
}

function routesOf(site: Site): Router {
  return new Router([
    { method: "GET", path: "/", handler: homePage(site) },
    { method: "GET", path: "/archive", handler: archivePage(site) },
    { method: "GET", path: "/search", handler: searchPage(site) },
    { method: "GET", path: "/president/:slug", handler: categoryPage(site, "president") },
    { method: "GET", path: "/party/:slug", handler: categoryPage(site, "party") },
    { method: "GET", path: "/decade/:slug", handler: categoryPage(site, "decade") },
    { method: "GET", path: "/era/:slug", handler: categoryPage(site, "era") },
    { method: "GET", path: "/article/:slug", handler: articlePage(site) },
    { method: "GET", path: "/article/:slug/correction", handler: correctionForm(site) },
    { method: "POST", path: "/article/:slug/correction", handler: saveCorrection(site) },
    { method: "GET", path: "/assets/:file", handler: assets() },
  ])
}

function addressOf({ address, family, port }: AddressInfo): string {
  return family === "IPv6" ? `http://[${address}]:${port}` : `http://${address}:${port}`
}

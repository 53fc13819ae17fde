import { createServer, type IncomingMessage } from "node:http"
import { type HandlerWrapper, varyOnCookie } from "@larder/http/node"
import type { Dashboard } from "@larder/toolbar/dashboard"
import { toolbar } from "@larder/toolbar/node"
import { assets, ifChanged } from "./assets.js"
import type { Caches } from "./caches.js"
import { Corpus } from "./corpus.js"
import { withDashboard } from "./dashboard.js"
import { keptPages, keptSite, keptView, type PageKeeping } from "./kept-pages.js"
import { inOneLanguage } from "./language-choice.js"
import { requestListener } from "./listener.js"
import { archivePage } from "./pages/archive.js"
import { articlePage } from "./pages/article.js"
import { cachingPage } from "./pages/caching.js"
import { categoryPage } from "./pages/category.js"
import { correctionForm, saveCorrection } from "./pages/correction.js"
import { homePage } from "./pages/home.js"
import { chooseLanguage } from "./pages/language.js"
import { searchPage } from "./pages/search.js"
import { Router } from "./router.js"
import { Site } from "./site.js"
import { startServing, stopServing } from "./web-server.js"

export interface PortalOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Not closed by the portal. */
  readonly caches: Caches
  /** What caches whole pages. Default: the views of the front page and of categories. */
  readonly keeping?: PageKeeping
  /** Not closed by the portal. Default: none, as caches trace while there is one. */
  readonly dashboard?: Dashboard<IncomingMessage>
}

/** A running site. */
export interface Portal {
  /** Its address: `http://127.0.0.1:3000`. */
  readonly address: string
  /** Waits for pending requests, for a few seconds at most. */
  close(): Promise<void>
}

/** The time limit for a request to arrive, in milliseconds. */
const patience = 30_000

/** Serves the site. Rejects with the error of Node if it cannot listen. */
export async function startPortal({
  host,
  port,
  caches,
  keeping = "views",
  dashboard,
}: PortalOptions): Promise<Portal> {
  const site = new Site(Corpus.load(), caches)
  const routes = routesOf(site, keeping === "views" ? keptView(caches) : undefined)
  const views = requestListener(site, routes)
  const pages = inOneLanguage(keeping === "site" ? keptSite(caches)(views) : views)
  // For caches between browser and site: a cookie remembers the chosen language.
  const listener = varyOnCookie()(pages)
  // Around the page caches. In production it is off, and returns the listener itself.
  const watched = toolbar()(listener)
  const server = createServer(dashboard === undefined ? watched : withDashboard(dashboard, watched))
  server.requestTimeout = patience
  const address = await startServing(server, port, host)
  return {
    address,
    async close() {
      await stopServing(server)
      // Pages are stored after they were sent, and the caches are closed next.
      await keptPages(caches).settled()
    },
  }
}

/** `kept` wraps the views whose pages are the same for everybody and requested most. */
function routesOf(site: Site, kept: HandlerWrapper | undefined): Router {
  return new Router([
    { method: "GET", path: "/", around: kept, handler: homePage(site) },
    { method: "GET", path: "/archive", handler: archivePage(site) },
    { method: "GET", path: "/caching", around: kept, handler: cachingPage(site) },
    { method: "GET", path: "/search", handler: searchPage(site) },
    { method: "GET", path: "/president/:slug", around: kept, handler: categoryPage(site, "president") },
    { method: "GET", path: "/party/:slug", around: kept, handler: categoryPage(site, "party") },
    { method: "GET", path: "/decade/:slug", around: kept, handler: categoryPage(site, "decade") },
    { method: "GET", path: "/era/:slug", around: kept, handler: categoryPage(site, "era") },
    { method: "GET", path: "/article/:slug", handler: articlePage(site) },
    { method: "GET", path: "/article/:slug/correction", handler: correctionForm(site) },
    { method: "POST", path: "/article/:slug/correction", handler: saveCorrection(site) },
    { method: "POST", path: "/language", handler: chooseLanguage() },
    { method: "GET", path: "/assets/:file", around: ifChanged(), handler: assets() },
  ])
}

import type { IncomingMessage, RequestListener } from "node:http"
import { Dashboard, isLocalRequest } from "@larder/toolbar/dashboard"
import type { Caches } from "./caches.js"

const path = "/dashboard"

/** What the caches of this process do, live: only for people at its machine, as the site has no accounts. */
export function cachesDashboard(caches: Caches): Dashboard<IncomingMessage> {
  return new Dashboard({ caches, authorize: isLocalRequest, path })
}

/** Serves the dashboard at its path, and the site everywhere else. */
export function withDashboard(dashboard: Dashboard<IncomingMessage>, site: RequestListener): RequestListener {
  const isItsPath = new RegExp(`^${path}(?:[/?]|$)`)
  return (request, response) => {
    if (isItsPath.test(request.url ?? "")) dashboard.listener(request, response)
    else site(request, response)
  }
}

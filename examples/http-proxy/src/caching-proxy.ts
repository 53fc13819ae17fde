import type { Server } from "node:http"
import { Cache } from "@larder/core"
import { PageCache } from "@larder/http"
import { LocmemBackend } from "@larder/locmem"
import { createProxy } from "./proxy.js"

/**
 * A proxy that caches all that RFC 9111 lets a shared cache store, in the memory of this process. While the origin cannot be
 * reached or fails, what became stale within the last hour stands in, unless the origin has forbidden it (4.2.4).
 */
export function createCachingProxy(origin: URL): Server {
  const pages = new PageCache({
    cache: new Cache(new LocmemBackend()),
    profile: "rfc",
    invalidate: true,
    conditionalHandler: true,
    staleIfError: "1h",
    targets: ["Larder-Cache-Control", "CDN-Cache-Control"],
  })
  return createProxy(origin, pages)
}

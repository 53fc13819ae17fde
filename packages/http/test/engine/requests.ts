import { Cache, DummyBackend } from "@larder/core"
import type { Policy } from "../../src/engine/policy.js"
import type { StoredHead } from "../../src/engine/stored-page.js"
import type { PageRequest } from "../../src/page-exchange.js"
import type { PageCacheOptions } from "../../src/page-options.js"
import { policyOf } from "../../src/page-policy.js"

export function policy(options: Partial<PageCacheOptions> = {}): Policy {
  return policyOf({ cache: new Cache(new DummyBackend()), ...options })
}

/** A request; the names of headers in lower case. */
export function request({
  headers = {},
  ...rest
}: Partial<Omit<PageRequest, "headers">> & { headers?: Readonly<Record<string, string>> } = {}): PageRequest {
  const lines = new Map(Object.entries(headers))
  return {
    method: "GET",
    scheme: "http",
    authority: "example.com",
    target: "/page",
    hasBody: false,
    ...rest,
    headers: { get: (name) => lines.get(name) },
  }
}

/** The head of a page that was received now and is fresh for a minute. */
export function storedHead(responseTime: number, changes: Partial<StoredHead> = {}): StoredHead {
  return {
    status: 200,
    headers: [],
    responseTime,
    initialAge: 0,
    lifetime: 60_000,
    staleWhileRevalidate: 0,
    staleIfError: 0,
    mustRevalidate: false,
    noCache: false,
    forAuthorized: false,
    vary: [],
    tags: [],
    removed: [],
    ...changes,
  }
}

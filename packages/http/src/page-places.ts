import { type Address, addressOf, isPathAndQuery } from "./engine/address.js"
import type { RequestHeaders } from "./engine/header-lines.js"
import { pageKey } from "./engine/page-key.js"
import type { Policy } from "./engine/policy.js"
import { applyQueryPolicy } from "./engine/query.js"
import type { PageRequest } from "./page-exchange.js"
import { RecentMap } from "./recent-map.js"

/** What is derived from the URL of a request. */
export interface Place {
  /** With the part of the target that identifies the page. */
  readonly address: Address
  /** False for a target other than a path and query: its URL would not be the one in the key. */
  readonly ordinary: boolean
  /** Path and query for the handler. */
  readonly seen: string
  /** The page's key for requests without headers of a proxy. */
  readonly key: string
}

const mostRemembered = 2_000
const longestRemembered = 1_024

/**
 * Places, with a cache of recent ones that saves a digest per request. Holds one origin at a time, since most servers have
 * only one.
 */
export class PagePlaces {
  readonly #policy: Policy
  readonly #known = new RecentMap<Place>(mostRemembered)
  #scheme = ""
  #authority = ""

  constructor(policy: Policy) {
    this.#policy = policy
  }

  of(request: PageRequest): Place {
    const { scheme, authority, target } = request
    if (authority !== this.#authority || scheme !== this.#scheme) {
      this.#known.clear()
      this.#authority = authority
      this.#scheme = scheme
    }
    return this.#known.get(target) ?? this.#find(request)
  }

  /** The page's key for a request with these headers, which may include those of a proxy. */
  keyWith({ address }: Place, headers: RequestHeaders): string {
    return pageKey(address, this.#policy, headers)
  }

  #find(request: PageRequest): Place {
    const address = addressOf(request)
    const { seen, keyed } = applyQueryPolicy(address.target, this.#policy.query)
    const pageAddress = { scheme: address.scheme, authority: address.authority, target: keyed }
    const ordinary = isPathAndQuery(request.target)
    const place = { address: pageAddress, ordinary, seen, key: pageKey(pageAddress, this.#policy) }
    if (request.target.length <= longestRemembered) this.#known.set(request.target, place)
    return place
  }
}

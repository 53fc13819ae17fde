import { type Address, addressOf, isPathAndQuery } from "./engine/address.js"
import type { RequestHeaders } from "./engine/header-lines.js"
import { pageKey } from "./engine/page-key.js"
import type { Policy } from "./engine/policy.js"
import { applyQueryPolicy } from "./engine/query.js"
import type { PageRequest } from "./page-exchange.js"
import { RecentMap } from "./recent-map.js"

/** What the URL of a request comes to. */
export interface Place {
  /** Its target is the part that identifies the page. */
  readonly address: Address
  /** False for a target that is no path and query: the URL that it names would not be the one that pages go by. */
  readonly ordinary: boolean
  /** Path and query for the handler. */
  readonly seen: string
  /** The key of its page for requests that no proxy has touched. */
  readonly key: string
}

const mostRemembered = 2_000
const longestRemembered = 1_024

/**
 * Places, of which the last ones are remembered, so that the pages that are asked for most cost no digest each time.
 * Those of one origin at a time: a server mostly has one.
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

  /** The key of the page for a request with these headers, some of which may come from a proxy. */
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

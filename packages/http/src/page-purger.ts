import { type Address, addressOf, parseAddress } from "./engine/address.js"
import type { HeaderLines } from "./engine/header-lines.js"
import { groupTag, invalidationBy } from "./engine/invalidation.js"
import { pageKey } from "./engine/page-key.js"
import type { Policy } from "./engine/policy.js"
import { applyQueryPolicy } from "./engine/query.js"
import type { PageRequest } from "./page-exchange.js"
import type { PageStore } from "./page-store.js"
import { depthOf, prefixTag, urlTag } from "./page-tags.js"
import type { Purge } from "./purge.js"

/** Removes pages from a store. */
export class PagePurger {
  readonly #store: PageStore
  readonly #policy: Policy

  constructor(store: PageStore, policy: Policy) {
    this.#store = store
    this.#policy = policy
  }

  /** Rejects with a `TypeError` for an invalid purge, and if the store does. */
  async purge(what: Purge): Promise<void> {
    if ("tag" in what) return this.#remove([], [], [what.tag])
    const url = String("url" in what ? what.url : what.prefix)
    const address = parseAddress(url)
    if (address === undefined) {
      throw new TypeError(`A purge needs an absolute URL such as https://example.com/page; got ${url}`)
    }
    return "url" in what ? this.#remove([address], [], []) : this.#removeBelow(address, url)
  }

  /** Removes the pages that this response to an unsafe request invalidates. Rejects if the store does. */
  async invalidate(request: PageRequest, status: number, headers: HeaderLines): Promise<void> {
    const { addresses, groups } = invalidationBy(request, status, headers)
    if (addresses.length === 0) return
    const own = addressOf(request)
    await this.#remove(
      addresses,
      [],
      groups.map((group) => groupTag(own, group)),
    )
  }

  async #removeBelow(address: Address, url: string): Promise<void> {
    const most = this.#policy.prefixDepth
    const depth = depthOf(address)
    if (depth > most || most === 0) {
      throw new TypeError(
        `Prefixes can be purged down to ${most} segments (limits.prefixDepth); got ${depth} in ${url}`,
      )
    }
    await this.#remove([], [address], [])
  }

  #remove(addresses: readonly Address[], prefixes: readonly Address[], tags: readonly string[]): Promise<void> {
    const keyed = addresses.map((address) => ({
      ...address,
      target: applyQueryPolicy(address.target, this.#policy.query).keyed,
    }))
    return this.#store.remove({
      placeTags: [...keyed.map(urlTag), ...prefixes.map(prefixTag)],
      tags,
      pageKeys: keyed.map((address) => pageKey(address, this.#policy)),
    })
  }
}

import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { PageCache } from "../../src/page-cache.js"
import type { PageCacheOptions } from "../../src/page-options.js"

/** A new store. */
export function newStore(): Cache {
  return new Cache(new LocmemBackend())
}

/** A page cache on a new store. */
export function newPageCache(options: Partial<PageCacheOptions> = {}): PageCache {
  return new PageCache({ cache: newStore(), ...options })
}

/** A promise that the test resolves. */
export interface Gate {
  readonly opened: Promise<void>
  open(): void
}

export function newGate(): Gate {
  let open: () => void = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

import type { Cache } from "@larder/core"

/** A cache that is examined. */
export interface Subject {
  readonly label: string
  readonly cache: Cache
}

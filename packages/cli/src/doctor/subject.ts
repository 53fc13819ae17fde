import type { Cache } from "@larder/core"

/** A cache to examine. */
export interface Subject {
  readonly label: string
  readonly cache: Cache
}

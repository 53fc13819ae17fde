import type { Codec } from "@larder/core"
import { estimateValue } from "./byte-estimate.js"
import { deepCopy, frozenCopy, lastingCopy } from "./deep-copy.js"

/**
 * How cached values are isolated from callers. `"copy"`: copied on write and on read. `"freeze"`: copied and frozen on
 * write, returned without copying; what cannot be frozen is copied on read. `"reference"`: not at all; callers get the
 * same object that was stored, of any kind.
 */
export type Isolation = "copy" | "freeze" | "reference"

/** How each isolation converts values for the store, and back. */
export const codecs: Readonly<Record<Isolation, Codec<unknown>>> = {
  copy: { encode: lastingCopy, decode: deepCopy, size: estimateValue },
  freeze: {
    encode: frozenCopy,
    decode: (stored) => (Object.isFrozen(stored) ? stored : deepCopy(stored)),
    size: estimateValue,
  },
  reference: { encode: (value) => value, decode: (stored) => stored, size: estimateValue },
}

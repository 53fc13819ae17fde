import type { Codec } from "@larder/core"
import { estimateValue } from "./byte-estimate.js"
import { deepCopy, frozenCopy } from "./deep-copy.js"

/**
 * How cached values are kept apart from those of the callers. `"copy"`: copied on the way in and out. `"freeze"`: copied
 * on the way in, frozen, and handed out as they are; what cannot be frozen is copied on the way out. `"reference"`: not
 * at all, the caller gets the very object that was stored, of whatever kind.
 */
export type Isolation = "copy" | "freeze" | "reference"

/** How each isolation turns values into what the store keeps, and back. */
export const codecs: Readonly<Record<Isolation, Codec<unknown>>> = {
  copy: { encode: deepCopy, decode: deepCopy, size: estimateValue },
  freeze: {
    encode: frozenCopy,
    decode: (stored) => (Object.isFrozen(stored) ? stored : deepCopy(stored)),
    size: estimateValue,
  },
  reference: { encode: (value) => value, decode: (stored) => stored, size: estimateValue },
}

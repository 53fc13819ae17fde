import type { Milliseconds } from "@larder/core"

const SECOND: Milliseconds = 1_000

/**
 * The ttl to pass to the adapter, so that its store can free the space. The envelope decides when the entry expires; the
 * store must not drop it earlier, even if it counts whole seconds and rounds down. `undefined` if the ttl is longer than
 * the adapter respects.
 */
export function adapterTtl(ttl: Milliseconds | undefined, longest: Milliseconds): Milliseconds | undefined {
  if (ttl === undefined) return undefined
  const generous = (Math.ceil(ttl / SECOND) + 1) * SECOND
  return generous > longest ? undefined : generous
}

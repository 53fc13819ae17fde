import type { Milliseconds } from "@larder/core"

const SECOND: Milliseconds = 1_000

/**
 * The ttl that an adapter is told for an entry, so that its store can forget the bytes. The envelope decides when the
 * entry ends; this must only not be earlier, in stores that count in seconds, round down and begin a second halfway.
 * `undefined` when the adapter would not keep to it.
 */
export function adapterTtl(ttl: Milliseconds | undefined, longest: Milliseconds): Milliseconds | undefined {
  if (ttl === undefined) return undefined
  const generous = (Math.ceil(ttl / SECOND) + 1) * SECOND
  return generous > longest ? undefined : generous
}

import type { Backend, Capabilities, Milliseconds } from "@larder/core"

/** The capabilities of a far store behind a near one. */
export function tieredCapabilities(near: Backend<unknown>, far: Backend<unknown>, nearTtl: Milliseconds): Capabilities {
  const { shared, persistent, evicts, maxValueBytes } = far.capabilities
  const either = [near.capabilities, far.capabilities]
  const maxKeyBytes = Math.min(...either.map((one) => one.maxKeyBytes ?? Number.POSITIVE_INFINITY))
  // Without `ttl`, a far entry may expire right after it was read.
  const unknownEnd = far.ttl === undefined ? nearTtl : 0
  return {
    shared,
    persistent,
    evicts,
    ttlResolution: near.capabilities.ttlResolution + far.capabilities.ttlResolution + unknownEnd,
    ...(either.some(({ remote }) => remote) && { remote: true }),
    ...(Number.isFinite(maxKeyBytes) && { maxKeyBytes }),
    ...(maxValueBytes !== undefined && { maxValueBytes }),
    ...(either.some(({ portableKeysOnly }) => portableKeysOnly) && { portableKeysOnly: true }),
  }
}

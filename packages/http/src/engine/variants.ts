import { digest } from "./digest.js"
import type { StoredHead, VariantIndex } from "./stored-page.js"

/** Returns a request's normalised value of a header or other dimension by which pages vary; `null` if absent. */
export type VaryValues = (name: string) => string | null

/** The slot of one variant of a page in the store. */
export interface VariantPlace {
  readonly key: string
  readonly slot: number
}

/** The slot of the variant for these values; `undefined` if there is none. */
export function findVariant(pageKey: string, index: VariantIndex, values: VaryValues): VariantPlace | undefined {
  const slot = index.slots.indexOf(variantDigest(index.names, values))
  return slot < 0 ? undefined : { slot, key: slotKey(pageKey, index, slot) }
}

/**
 * The index with a slot for these values: a free one while there are fewer than `most`, else that of the oldest variant. Slots
 * are numbered, so that a page never has more entries in the store, even with concurrent writers. An entry contains the
 * values that it is for.
 */
export function placeVariant(
  pageKey: string,
  index: VariantIndex,
  values: VaryValues,
  most: number,
): { readonly index: VariantIndex; readonly place: VariantPlace } {
  const wanted = variantDigest(index.names, values)
  const known = index.slots.indexOf(wanted)
  if (known >= 0) return { index, place: { slot: known, key: slotKey(pageKey, index, known) } }
  const slot = index.slots.length < most ? index.slots.length : (index.newest + 1) % most
  const slots = [...index.slots]
  slots[slot] = wanted
  return { index: { ...index, slots, newest: slot }, place: { slot, key: slotKey(pageKey, index, slot) } }
}

/** Whether a stored response matches a request (RFC 9111, 4.1). */
export function variesWith({ vary }: StoredHead, values: VaryValues): boolean {
  return vary.every(([name, value]) => values(name) === value)
}

/** Identifies a variant of a page; also used to collapse requests. */
export function variantDigest(names: readonly string[], values: VaryValues): string {
  return digest(names.flatMap((name) => [name, values(name)]))
}

function slotKey(pageKey: string, { generation }: VariantIndex, slot: number): string {
  return `${pageKey}:${generation}:${slot}`
}

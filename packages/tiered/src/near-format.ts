import type { Backend, Codec } from "@larder/core"

/** How values of the far store are represented in the near store. */
export interface NearFormat<Stored> {
  /** The only user that can read the entries. Absent: every user of the two stores. */
  readonly owner?: symbol
  /** Converts a value for the near store, sharing no memory with it: its owner may still change it. */
  pack(value: Stored): unknown
  /** Converts back to a value that the caller may change. Throws for anything that `pack` did not return. */
  unpack(kept: unknown): Stored
}

/** Returns the format for two stores. Throws a `TypeError` if the near one cannot store the values of the far one. */
export function nearFormatOf<Stored>(near: Backend<unknown>, far: Backend<Stored>): NearFormat<Stored> {
  // By the contract, a store without a codec stores bytes, which the types do not express.
  if (far.codec === undefined) {
    const format: NearFormat<Uint8Array> = near.codec === undefined ? copiedBytes : textFormat(near.codec)
    return format as unknown as NearFormat<Stored>
  }
  if (near.codec === (far.codec as unknown)) return { pack: (value) => value, unpack: (kept) => kept as Stored }
  throw new TypeError(
    `The far store, ${far.name}, has its own codec, so it needs a near one with the same codec; ` +
      `${near.name} has ${near.codec === undefined ? "none" : "another"}`,
  )
}

/**
 * A format for decoded values of one cache. Another cache on the same tiers may sign its entries or decode bytes
 * differently, so it does not find them.
 */
export function valuesOfOneCache(): NearFormat<unknown> {
  return { owner: Symbol("cache"), pack: (value) => value, unpack: (kept) => kept }
}

const copiedBytes: NearFormat<Uint8Array> = {
  pack: (value) => new Uint8Array(value),
  // By the contract, a store of bytes returns a buffer that it does not use again.
  unpack: (kept) => kept as Uint8Array,
}

/**
 * Bytes as a Latin-1 string: strings are immutable, so a store of values never has to copy them, whatever its isolation.
 */
function textFormat(codec: Codec<unknown>): NearFormat<Uint8Array> {
  return {
    pack: ({ buffer, byteOffset, byteLength }) =>
      codec.encode(Buffer.from(buffer, byteOffset, byteLength).toString("latin1")),
    unpack(kept) {
      const text = codec.decode(kept)
      if (typeof text !== "string") throw new TypeError("The near store holds what was not put there")
      return Buffer.from(text, "latin1")
    },
  }
}

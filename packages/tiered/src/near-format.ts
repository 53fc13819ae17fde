import type { Backend, Codec } from "@larder/core"

/** How what the far store keeps is kept near. */
export interface NearFormat<Stored> {
  /** Who alone can read it. Absent: everybody on the same two stores. */
  readonly owner?: symbol
  /** What the near store keeps for a value. It shares nothing with the value, whose owner may go on to change it. */
  pack(value: Stored): unknown
  /** The value, to be changed by whoever gets it. Throws for what `pack` did not make. */
  unpack(kept: unknown): Stored
}

/** The format between two stores. Throws a `TypeError` where none keeps the values of the far one. */
export function nearFormatOf<Stored>(near: Backend<unknown>, far: Backend<Stored>): NearFormat<Stored> {
  // Without a codec a store keeps bytes: what says so here is the contract, of which the types know nothing.
  if (far.codec === undefined) {
    const format: NearFormat<Uint8Array> = near.codec === undefined ? copiedBytes : textFormat(near.codec)
    return format as unknown as NearFormat<Stored>
  }
  if (near.codec === (far.codec as unknown)) return { pack: (value) => value, unpack: (kept) => kept as Stored }
  throw new TypeError(
    `The far store, ${far.name}, keeps values by a codec of its own, expected a near one with the same codec; ` +
      `${near.name} has ${near.codec === undefined ? "none" : "another"}`,
  )
}

/**
 * The format for values that are the affair of one cache. Another one on the same tiers may sign its entries, or decode
 * bytes in another way: it finds nothing of theirs.
 */
export function valuesOfOneCache(): NearFormat<unknown> {
  return { owner: Symbol("cache"), pack: (value) => value, unpack: (kept) => kept }
}

const copiedBytes: NearFormat<Uint8Array> = {
  pack: (value) => new Uint8Array(value),
  // A store of bytes hands out what it will not use itself.
  unpack: (kept) => kept as Uint8Array,
}

/**
 * Bytes as a text, a character for each: what keeps values need not copy a text, in whatever way it keeps its values
 * apart from those of callers.
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

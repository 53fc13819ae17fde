/**
 * Assigns keys to servers by rendezvous hashing: each key belongs to the server with the highest hash of both. The order of
 * the names does not matter, and a new server takes its share of the keys without moving others.
 */
export class Rendezvous {
  readonly #hashes: readonly number[]
  /** Positions in the given list, sorted by name, so that ties are decided equally everywhere. */
  readonly #order: readonly number[]

  constructor(names: readonly string[]) {
    this.#hashes = names.map(hash)
    this.#order = names
      .map((name, position) => ({ name, position }))
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .map(({ position }) => position)
  }

  /** The position of the server for this key in the list of names. */
  choose(key: string): number {
    const keyHash = hash(key)
    let best = 0
    let highest = -1
    for (const position of this.#order) {
      const weight = scramble(keyHash ^ (this.#hashes[position] as number))
      if (weight > highest) {
        highest = weight
        best = position
      }
    }
    return best
  }
}

/** FNV-1a in 32 bits, over the characters. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return scramble(value)
}

/** The last step of MurmurHash3, which makes every bit depend on every other. */
function scramble(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

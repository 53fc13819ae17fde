/**
 * Draws ranks as readers choose articles: the first is read twice as often as the second, three times as often as the
 * third. `random` gives numbers from 0 to below 1.
 */
export function zipf(ranks: number, random: () => number): () => number {
  let total = 0
  const upTo = Array.from({ length: ranks }, (_, rank) => {
    total += 1 / (rank + 1)
    return total
  })
  return () => {
    const drawn = random() * total
    const rank = upTo.findIndex((sum) => drawn < sum)
    return rank < 0 ? ranks - 1 : rank
  }
}

/** Numbers that are the same for the same seed: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

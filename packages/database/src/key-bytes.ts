/** The bytes that a key is compared and sorted by. */
export function keyBytes(key: string): Buffer {
  return Buffer.from(key)
}

/** A view of the same bytes as a `Buffer`, the one kind of bytes that every driver takes. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** Keys that begin with a prefix are those from `from` until before `to`, byte by byte. */
export function rangeOf(prefix: string): { from: Buffer; to: Buffer } {
  const from = keyBytes(prefix)
  // No byte of UTF-8 is 255, so the last one can be raised, and 255 comes after every key.
  const to = from.length === 0 ? Buffer.of(255) : Buffer.from(from)
  to[to.length - 1] = from.length === 0 ? 255 : (from.at(-1) ?? 0) + 1
  return { from, to }
}

/** What comes right after a key. */
export function successorOf(key: Uint8Array): Buffer {
  return Buffer.concat([key, Buffer.of(0)])
}

/** The bytes in a column of an answer. */
export function bytesIn(column: unknown): Buffer {
  if (column instanceof Uint8Array) return asBuffer(column)
  throw new TypeError(`The database answered ${typeof column} where bytes are stored`)
}

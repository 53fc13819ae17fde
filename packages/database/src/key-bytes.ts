/** The bytes by which a key is compared and sorted: its UTF-8 encoding. */
export function keyBytes(key: string): Buffer {
  return Buffer.from(key)
}

/** A view of the same bytes as a `Buffer`, the only class of bytes that every driver accepts. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** The range of the keys that begin with a prefix, in the order of their bytes: from `from` until before `to`. */
export function rangeOf(prefix: string): { from: Buffer; to: Buffer } {
  const from = keyBytes(prefix)
  const last = from.at(-1)
  // UTF-8 has no byte 255: the last byte can be incremented, and a single 255 sorts after every key.
  const to = last === undefined ? Buffer.of(255) : Buffer.concat([from.subarray(0, -1), Buffer.of(last + 1)])
  return { from, to }
}

/** The smallest key that sorts after this one. */
export function successorOf(key: Uint8Array): Buffer {
  return Buffer.concat([key, Buffer.of(0)])
}

/** The bytes in a column of a result. */
export function bytesIn(column: unknown): Buffer {
  if (column instanceof Uint8Array) return asBuffer(column)
  throw new TypeError(`The database returned ${column === null ? "null" : typeof column} instead of bytes`)
}

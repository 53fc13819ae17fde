/** The OID of `bytea`. The server compares it with the type that it expects. */
const byteaType = 17
const headerBytes = 20

/**
 * Encodes a `bytea[]` in PostgreSQL's binary format (`array_recv` in its source): the number of dimensions, a flag for nulls,
 * the type of the items, their number, the index of the first, and then each item after its length. All numbers have four
 * bytes.
 */
export function byteaArray(items: readonly Uint8Array[]): Buffer {
  const bytes = items.reduce((sum, { length }) => sum + 4 + length, headerBytes)
  const array = Buffer.allocUnsafe(bytes)
  let end = 0
  for (const number of [1, 0, byteaType, items.length, 1]) end = array.writeInt32BE(number, end)
  for (const item of items) {
    end = array.writeInt32BE(item.length, end)
    array.set(item, end)
    end += item.length
  }
  return array
}

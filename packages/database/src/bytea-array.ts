/** The type of the items, which the server compares with the one that it expects. */
const byteaType = 17
const headerBytes = 20

/**
 * The items as PostgreSQL sends and receives a `bytea[]` in binary (`array_recv` in its source): the number of dimensions,
 * whether an item is null, the type of the items, how many there are, the index of the first, and then each item after
 * its length, all numbers in four bytes.
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

import { crc32 } from "node:zlib"

/**
 * An entry as a file, all numbers big-endian:
 *
 *     0  4  magic: "LRD" and the version of the format
 *     4  4  CRC-32 of all that follows
 *     8  8  expiry in Unix milliseconds, a double; Infinity for "never"
 *    16  4  length of the key
 *    20  4  length of the value
 *    24     the key in UTF-8, then the value
 */
const magic = 0x4c52_4401
const checksumAt = 4
const checkedFrom = 8
const expiryAt = 8
const keyLengthAt = 16
const valueLengthAt = 20
const headerLength = 24
/** The limit of one call of `fs.read` and `fs.write`. */
const largestFile = 0x7fff_ffff

/** How many bytes of a file to pass to `decodeHead`. */
export const headLength = 4096

/** The content of a valid file. The value is a view of the decoded bytes. */
export interface EntryFile {
  readonly key: string
  readonly value: Uint8Array
  /** Unix milliseconds; `Infinity` if the entry never expires. */
  readonly expiresAt: number
}

/** Encodes the file of an entry. Throws a `RangeError` if it would have 2 GiB or more. */
export function encodeEntry(key: string, value: Uint8Array, expiresAt: number): Uint8Array {
  const keyLength = Buffer.byteLength(key)
  const fileLength = headerLength + keyLength + value.length
  if (fileLength > largestFile)
    throw new RangeError(`An entry takes less than 2 GiB as a file, got ${fileLength} bytes`)
  const bytes = Buffer.allocUnsafe(fileLength)
  bytes.writeUInt32BE(magic, 0)
  bytes.writeDoubleBE(expiresAt, expiryAt)
  bytes.writeUInt32BE(keyLength, keyLengthAt)
  bytes.writeUInt32BE(value.length, valueLengthAt)
  bytes.write(key, headerLength)
  bytes.set(value, headerLength + keyLength)
  bytes.writeUInt32BE(crc32(bytes.subarray(checkedFrom)), checksumAt)
  return bytes
}

/** Decodes a file; `undefined` if it is torn, corrupt or not an entry. Never throws. */
export function decodeEntry(bytes: Uint8Array): EntryFile | undefined {
  const view = viewOf(bytes)
  const valueAt = endOfKey(view, bytes.length)
  if (valueAt === undefined || crc32(view.subarray(checkedFrom)) !== view.readUInt32BE(checksumAt)) return undefined
  return {
    key: view.toString("utf8", headerLength, valueAt),
    value: new Uint8Array(bytes.buffer, bytes.byteOffset + valueAt, bytes.length - valueAt),
    expiresAt: view.readDoubleBE(expiryAt),
  }
}

/**
 * The key and the expiry of a file of `fileLength` bytes, from its first bytes. A number is how many bytes are needed.
 * `undefined` if it is not an entry, or its length is wrong; damage that only the checksum reveals is not detected.
 */
export function decodeHead(
  start: Uint8Array,
  fileLength: number,
): Pick<EntryFile, "key" | "expiresAt"> | number | undefined {
  const view = viewOf(start)
  const valueAt = endOfKey(view, fileLength)
  if (valueAt === undefined || valueAt > view.length) return valueAt
  return { key: view.toString("utf8", headerLength, valueAt), expiresAt: view.readDoubleBE(expiryAt) }
}

function endOfKey(view: Buffer, fileLength: number): number | undefined {
  if (view.length < headerLength || view.readUInt32BE(0) !== magic) return undefined
  const valueAt = headerLength + view.readUInt32BE(keyLengthAt)
  return valueAt + view.readUInt32BE(valueLengthAt) === fileLength ? valueAt : undefined
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

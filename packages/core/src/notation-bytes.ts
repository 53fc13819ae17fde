import { types } from "node:util"
import { describeValue } from "./describe-value.js"

/** Raw bytes in one of JavaScript's classes for them. */
export type Bytes = ArrayBuffer | ArrayBufferView
type BytesFrom = (bytes: Buffer) => Bytes

const bytesByClass: ReadonlyMap<string, BytesFrom> = new Map<string, BytesFrom>([
  ["ArrayBuffer", (bytes) => ownBuffer(bytes)],
  ["Buffer", (bytes) => Buffer.from(bytes)],
  ["DataView", (bytes) => new DataView(ownBuffer(bytes))],
  ["Int8Array", (bytes) => new Int8Array(ownBuffer(bytes))],
  ["Uint8Array", (bytes) => new Uint8Array(ownBuffer(bytes))],
  ["Uint8ClampedArray", (bytes) => new Uint8ClampedArray(ownBuffer(bytes))],
  ["Int16Array", (bytes) => new Int16Array(ownBuffer(bytes))],
  ["Uint16Array", (bytes) => new Uint16Array(ownBuffer(bytes))],
  ["Int32Array", (bytes) => new Int32Array(ownBuffer(bytes))],
  ["Uint32Array", (bytes) => new Uint32Array(ownBuffer(bytes))],
  ["Float32Array", (bytes) => new Float32Array(ownBuffer(bytes))],
  ["Float64Array", (bytes) => new Float64Array(ownBuffer(bytes))],
  ["BigInt64Array", (bytes) => new BigInt64Array(ownBuffer(bytes))],
  ["BigUint64Array", (bytes) => new BigUint64Array(ownBuffer(bytes))],
])

/** Also false for classes of bytes that newer versions of Node have, and this one could not read back. */
export function isBytes(value: object): value is Bytes {
  return (ArrayBuffer.isView(value) || types.isArrayBuffer(value)) && bytesByClass.has(classOf(value))
}

/** `@b`, the name of the class, and the bytes in base64. */
export function writeBytes(value: Bytes): string {
  const bytes = ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : Buffer.from(value)
  return `@b${classOf(value)}:${bytes.toString("base64")}`
}

/** Reads what follows `@b`. Throws for an unknown class, and for a length that the class cannot have. */
export function readBytes(text: string): Bytes {
  const colon = text.indexOf(":")
  const from = bytesByClass.get(text.slice(0, colon))
  if (from === undefined) throw new TypeError(`Unknown bytes ${describeValue(text)}`)
  return from(Buffer.from(text.slice(colon + 1), "base64"))
}

function classOf(value: object): string {
  return Buffer.isBuffer(value) ? "Buffer" : Object.prototype.toString.call(value).slice(8, -1)
}

/** An ArrayBuffer of exactly these bytes: small Buffers are views of a larger, shared one. */
function ownBuffer(bytes: Buffer): ArrayBuffer {
  const buffer = new ArrayBuffer(bytes.byteLength)
  bytes.copy(new Uint8Array(buffer))
  return buffer
}

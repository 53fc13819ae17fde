import { types } from "node:util"

/** Raw bytes in one of JavaScript's classes for them. */
export type Bytes = ArrayBuffer | NodeJS.ArrayBufferView

type BytesOver = (buffer: ArrayBuffer) => Bytes

const bytesByClass: ReadonlyMap<string, BytesOver> = new Map<string, BytesOver>([
  ["ArrayBuffer", (buffer) => buffer],
  ["Buffer", (buffer) => Buffer.from(buffer)],
  ["DataView", (buffer) => new DataView(buffer)],
  ["Int8Array", (buffer) => new Int8Array(buffer)],
  ["Uint8Array", (buffer) => new Uint8Array(buffer)],
  ["Uint8ClampedArray", (buffer) => new Uint8ClampedArray(buffer)],
  ["Int16Array", (buffer) => new Int16Array(buffer)],
  ["Uint16Array", (buffer) => new Uint16Array(buffer)],
  ["Int32Array", (buffer) => new Int32Array(buffer)],
  ["Uint32Array", (buffer) => new Uint32Array(buffer)],
  ["Float32Array", (buffer) => new Float32Array(buffer)],
  ["Float64Array", (buffer) => new Float64Array(buffer)],
  ["BigInt64Array", (buffer) => new BigInt64Array(buffer)],
  ["BigUint64Array", (buffer) => new BigUint64Array(buffer)],
])

/** Whether `copyBytes` can copy it. */
export function isBytes(value: object): value is Bytes {
  return (ArrayBuffer.isView(value) || types.isArrayBuffer(value)) && bytesByClass.has(classOf(value))
}

/** The same bytes in the same class, in memory of their own: of a view, only the bytes that it shows. */
export function copyBytes(source: Bytes): Bytes {
  const shown = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source)
  // Not Buffer.from(shown): small Buffers are slices of a pool, and one cached slice would keep it all in memory.
  const { buffer } = new Uint8Array(shown)
  const over = bytesByClass.get(classOf(source))
  if (over === undefined) throw new TypeError(`expected bytes, got ${classOf(source)}`)
  return over(buffer)
}

function classOf(bytes: object): string {
  return Buffer.isBuffer(bytes) ? "Buffer" : String(Reflect.get(bytes, Symbol.toStringTag))
}

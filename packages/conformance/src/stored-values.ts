import { inspect, isDeepStrictEqual, types } from "node:util"
import type { Backend } from "@larder/core"

/** Creates what a backend stores: bytes, or what its codec encodes. */
export interface StoredValues {
  /** Equal strings give equal values, different strings different ones. */
  text(text: string): unknown
  /** A value that `incr` can add to. */
  integer(value: number): unknown
}

/** Creates values for this backend. */
export function storedValues(backend: Backend<unknown>): StoredValues {
  const { codec } = backend
  if (codec !== undefined) {
    return { text: (text) => codec.encode(text), integer: (value) => codec.encode(value) }
  }
  return { text: bytesOf, integer: (value) => bytesOf(String(value)) }
}

/** The UTF-8 bytes of a string, in their own buffer. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Compares bytes by content (a Buffer equals a Uint8Array), other values deeply. */
export function sameStored(actual: unknown, expected: unknown): boolean {
  if (types.isUint8Array(actual) && types.isUint8Array(expected)) return Buffer.compare(actual, expected) === 0
  return isDeepStrictEqual(actual, expected)
}

/** A stored value, shortened for a message. */
export function showStored(stored: unknown): string {
  if (!types.isUint8Array(stored))
    return inspect(stored, { depth: 3, maxStringLength: 60, breakLength: Number.POSITIVE_INFINITY })
  const start = Buffer.from(stored.subarray(0, 40))
  const unit = stored.byteLength === 1 ? "byte" : "bytes"
  return `${stored.byteLength} ${unit} ${JSON.stringify(start.toString("latin1"))}${stored.byteLength > 40 ? "..." : ""}`
}

/** The number in a value that `integer` created. */
export function numberIn(backend: Backend<unknown>, stored: unknown): number {
  if (stored === undefined) return Number.NaN
  return Number(backend.codec ? backend.codec.decode(stored) : Buffer.from(stored as Uint8Array).toString("latin1"))
}

/** Whether a value is one letter repeated, as `overwrite` writes them. Anything else is torn. */
export function isWhole(backend: Backend<unknown>, stored: unknown): boolean {
  if (backend.codec !== undefined) {
    const text = backend.codec.decode(stored)
    return typeof text === "string" && text.length > 0 && text === text.charAt(0).repeat(text.length)
  }
  const bytes = stored as Uint8Array
  return bytes.length > 0 && sameStored(bytes, new Uint8Array(bytes.length).fill(bytes[0] ?? 0))
}

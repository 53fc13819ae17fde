import { types } from "node:util"
import { isBytes } from "./copy-bytes.js"

// Sizes on V8's heap, measured over many copies on 64-bit Node and rounded up.

/** An entry, with its slots in the Map, the queues and the heap. */
const entryBytes = 200
/** A property, an item, or half of a Map entry, including a boxed number. */
const slotBytes = 16
const stringBytes = 24
/** V8 needs two as soon as one character is beyond Latin-1; finding out would mean scanning the string. */
const characterBytes = 2
const objectBytes = 64
/** Overhead of Date, Map, Set, RegExp, URL, buffers and views. */
const exoticBytes = 192

/** Memory, in bytes, of an entry without its value. */
export function estimateEntry(key: string): number {
  return entryBytes + estimatePrimitive(key)
}

/**
 * Memory, in bytes, of a value. Own enumerable properties, items and raw bytes are followed, and each object is counted
 * once; a function counts as an object without properties.
 */
export function estimateValue(value: unknown): number {
  if (!isObject(value)) return estimatePrimitive(value)
  return estimateFlat(value) ?? estimateDeep(value)
}

/** Most values are one object of primitives, which needs no Set. `undefined` for all others. */
function estimateFlat(value: object): number | undefined {
  if (!isRecord(value)) return undefined
  let bytes = objectBytes
  for (const name in value) {
    const part = value[name]
    if (isObject(part)) return undefined
    bytes += slotBytes + estimatePrimitive(part)
  }
  return bytes
}

function estimateDeep(value: object): number {
  let bytes = 0
  // Not recursive, since values kept by reference may be of any depth. Iterating a Set includes items added meanwhile.
  const objects = new Set<object>([value])
  for (const object of objects) {
    bytes += estimateObject(object)
    for (const part of partsOf(object)) {
      bytes += slotBytes
      if (isObject(part)) objects.add(part)
      else bytes += estimatePrimitive(part)
    }
  }
  return bytes
}

function estimatePrimitive(value: unknown): number {
  switch (typeof value) {
    case "string":
      return stringBytes + value.length * characterBytes
    case "bigint":
      return stringBytes + value.toString(16).length / 2
    case "function":
      return objectBytes
    default:
      return 0
  }
}

/** The overhead of an object. */
function estimateObject(object: object): number {
  if (isPlain(object)) return objectBytes
  if (isBytes(object)) return exoticBytes + object.byteLength
  if (types.isRegExp(object)) return exoticBytes + estimatePrimitive(object.source)
  if (object instanceof URL) return exoticBytes + estimatePrimitive(object.href)
  return exoticBytes
}

function partsOf(object: object): Iterable<unknown> {
  if (isPlain(object)) return Object.values(object)
  if (types.isMap(object)) return [...object.keys(), ...object.values()]
  if (types.isSet(object)) return object
  return isBytes(object) ? [] : Object.values(object)
}

function isPlain(object: object): boolean {
  return Array.isArray(object) || isRecord(object)
}

function isRecord(object: object): object is Record<string, unknown> {
  return Object.getPrototypeOf(object) === Object.prototype
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null
}

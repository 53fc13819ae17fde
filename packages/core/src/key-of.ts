import { hash } from "node:crypto"
import { types } from "node:util"
import { describeValue } from "./describe-value.js"
import { isBytes, writeBytes } from "./notation-bytes.js"
import { DEEPEST_LEVEL } from "./plain-json.js"
import { pathText, type Step } from "./value-path.js"

// What is hashed has the type and the length of each part before the part itself, so that it is unambiguous, and no two
// values give the same string:
//
//   u undefined   n null   t true   f false   0.5; number   7i bigint   s3:abc text   w4:AABB text with half a pair
//   d0; Date   l9:http://… URL   b17:@bUint8Array:AA== bytes   k4:user what an object said of itself
//   a2: array and its items   o2: object, its names and values   m2: Map and its pairs   e2: Set and its items
//
// Changing it would lose all entries on an upgrade: it is fixed within a major version.

/** An object with this property is identified by that string, or the string that it returns if it is a method. */
const cacheKey = Symbol.for("larder.cacheKey")

/** More than any reasonable arguments; also stops objects that contain their parts over and over. */
const MOST_VALUES = 1_000_000

/**
 * Makes a key of 43 characters (SHA-256 in base64url) from values: equal values have the same key, different ones another.
 * Types matter: `1` is not `"1"`, `null` is not `undefined`, `-0` is not `0`, `{ a: undefined }` is not `{}`, a Buffer is
 * not a Uint8Array. The order of properties, Maps and Sets does not matter, nor does an object's lack of a prototype.
 *
 * Accepts primitives except symbols, arrays, plain objects, Map, Set, Date, URL and all kinds of bytes. Any other object
 * is identified by a string: its property or method `[Symbol.for("larder.cacheKey")]`, else `cacheKey`. That string should
 * include the kind (`"user:42"`), since nothing else of the object is used. For a plain object only the symbol or a method
 * is used: a string property `cacheKey` is one like any other, and may come from untrusted data.
 *
 * Throws a `TypeError` that names the path (`arguments[1].user is a function`) for everything else; the path starts with
 * `name`.
 */
export function keyOf(parts: readonly unknown[], name = "arguments"): string {
  return hash("sha256", new KeyWriter(name).write(parts), "base64url")
}

class KeyWriter {
  readonly #name: string
  readonly #path: Step[] = []
  readonly #ancestors: object[] = []
  #values = 0

  constructor(name: string) {
    this.#name = name
  }

  write(value: unknown): string {
    if (++this.#values > MOST_VALUES) throw new TypeError(`${this.#name}: more than ${MOST_VALUES} values`)
    switch (typeof value) {
      case "string":
        return writeText(value)
      case "number":
        return `${Object.is(value, -0) ? "-0" : value};`
      case "boolean":
        return value ? "t" : "f"
      case "undefined":
        return "u"
      case "bigint":
        return `${value}i`
      case "object":
        return value === null ? "n" : this.#writeObject(value)
      default:
        throw this.#refuse(`is a ${typeof value}`)
    }
  }

  #writeObject(value: object): string {
    if (this.#ancestors.includes(value)) throw this.#refuse("is an object that contains itself")
    if (this.#ancestors.length === DEEPEST_LEVEL) {
      throw new TypeError(`${this.#name}: nested deeper than ${DEEPEST_LEVEL} levels`)
    }
    this.#ancestors.push(value)
    const written = this.#own(value) ?? this.#writeParts(value)
    this.#ancestors.pop()
    return written
  }

  /** The string by which the object identifies itself, if any. */
  #own(value: object): string | undefined {
    const asked = value as { readonly [cacheKey]?: unknown; readonly cacheKey?: unknown }
    const bySymbol = asked[cacheKey] ?? undefined
    const own = bySymbol ?? asked.cacheKey ?? undefined
    if (own === undefined) return undefined
    if (bySymbol === undefined && typeof own !== "function" && isPlain(value)) return undefined
    const text: unknown = typeof own === "function" ? own.call(value) : own
    if (typeof text === "string" && text !== "") return `k${writeText(text)}`
    throw this.#refuse(`has a cacheKey that is ${describeValue(text)}; it must be a non-empty string`)
  }

  #writeParts(value: object): string {
    if (Array.isArray(value)) return this.#writeArray(value)
    if (isPlain(value)) return this.#writeProperties(value)
    if (types.isDate(value)) return `d${value.getTime()};`
    if (types.isMap(value)) return sorted("m", this.#pairs(value))
    if (types.isSet(value)) return sorted("e", this.#items(value))
    if (isBytes(value)) return `b${writeText(writeBytes(value))}`
    if (value instanceof URL) return `l${writeText(value.href)}`
    throw this.#refuse(
      `is ${describeValue(value)}; ` +
        (value instanceof Promise ? "await it first" : "give it a cacheKey, or choose what counts of it"),
    )
  }

  #writeArray(array: readonly unknown[]): string {
    let written = `a${array.length}:`
    for (let index = 0; index < array.length; index++) {
      if (!(index in array)) throw this.#refuse(`has a hole at ${index}`)
      written += this.#writeAt(index, array[index])
    }
    if (Object.keys(array).length > array.length) throw this.#refuse("is an array with named properties")
    return written
  }

  *#pairs(map: ReadonlyMap<unknown, unknown>): Generator<string> {
    for (const [key, value] of map)
      yield this.#writeAt({ call: "keys" }, key) + this.#writeAt({ call: "get", key }, value)
  }

  *#items(set: ReadonlySet<unknown>): Generator<string> {
    for (const item of set) yield this.#writeAt({ call: "values" }, item)
  }

  #writeProperties(object: object): string {
    if (hasSymbols(object)) throw this.#refuse("has a property that is named by a symbol")
    const names = Object.keys(object).sort()
    let written = `o${names.length}:`
    for (const name of names) {
      written += writeText(name) + this.#writeAt(name, (object as Record<string, unknown>)[name])
    }
    return written
  }

  #writeAt(step: Step, value: unknown): string {
    this.#path.push(step)
    const written = this.write(value)
    this.#path.pop()
    return written
  }

  #refuse(what: string): TypeError {
    return new TypeError(`${this.#name}${pathText(this.#path)} ${what}`)
  }
}

/** All lone surrogates have the same bytes in UTF-8. */
function writeText(text: string): string {
  return text.isWellFormed()
    ? `s${text.length}:${text}`
    : `w${text.length}:${Buffer.from(text, "utf16le").toString("hex")}`
}

/** Parts whose order does not matter. Each is unambiguous by itself, so sorting loses nothing else. */
function sorted(kind: string, parts: Iterable<string>): string {
  const all = [...parts].sort()
  return `${kind}${all.length}:${all.join("")}`
}

function hasSymbols(object: object): boolean {
  const symbols = Object.getOwnPropertySymbols(object)
  return symbols.length > 0 && symbols.some((symbol) => Object.prototype.propertyIsEnumerable.call(object, symbol))
}

/** Also true for an object without a prototype, and for one of another realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

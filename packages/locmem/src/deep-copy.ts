import { types } from "node:util"
import { copyBytes, isBytes } from "./copy-bytes.js"
import { formatPath, type PathStep } from "./value-path.js"

/** Deeper than any reasonable value, and far from the stack limit. */
const deepestLevel = 1_000

/**
 * A copy that shares nothing with the value, so that neither can change the other. Supports what the byte codec of
 * `@larder/core` supports, including cycles and shared objects; an object with a `toJSON` method becomes its result.
 * Throws a `TypeError` that names the path to anything else: `value.user.save is a function`.
 */
export function deepCopy(value: unknown): unknown {
  if (isPrimitive(value)) return value
  return new Copier(sameText).copyWhole(value)
}

/** The same copy, with strings that keep no others in memory. */
export function lastingCopy(value: unknown): unknown {
  if (isPrimitive(value)) return ownText(value)
  return new Copier(ownText).copyWhole(value)
}

/**
 * The same lasting copy, deeply frozen. One that contains anything that cannot be frozen (a Date, Map, Set, URL, RegExp,
 * bytes) is not frozen at all, so that `Object.isFrozen` tells whether it can be returned without a copy.
 */
export function frozenCopy(value: unknown): unknown {
  if (isPrimitive(value)) return ownText(value)
  const copier = new Copier(ownText)
  const copy = copier.copyWhole(value)
  copier.freezeCopies()
  return copy
}

function isPrimitive(value: unknown): boolean {
  if (typeof value === "object") return value === null
  return typeof value !== "function" && typeof value !== "symbol"
}

/** V8 copies shorter slices and sums of strings at once. */
const shortestPart = 13

/**
 * A string with characters of its own. In V8, a slice of a string refers to the whole of it, and so does a part that a
 * regular expression has found: cached, an excerpt of 200 characters would keep a text of a megabyte in memory. To slice
 * a sum, V8 copies both of its parts.
 */
function ownText(value: unknown): unknown {
  return typeof value === "string" && value.length >= shortestPart ? `${value} `.slice(0, -1) : value
}

function sameText(value: unknown): unknown {
  return value
}

class Copier {
  readonly #copyPrimitive: (value: unknown) => unknown
  readonly #path: PathStep[] = []
  // Most values are one flat object: it is kept here, and the Map is only created for the second one.
  #root: object | undefined
  #rootCopy: object | undefined
  #copies: Map<object, object> | undefined

  constructor(copyPrimitive: (value: unknown) => unknown) {
    this.#copyPrimitive = copyPrimitive
  }

  copyWhole(value: unknown): unknown {
    const copy = this.#copy(value)
    if (copy === undefined) throw new TypeError("value has a toJSON() that returns undefined")
    return copy
  }

  /** All copied objects, or none if one of them cannot be frozen. */
  freezeCopies(): void {
    if (this.#rootCopy === undefined) return
    const copies = this.#copies === undefined ? [this.#rootCopy] : [this.#rootCopy, ...this.#copies.values()]
    if (copies.every(isFreezable)) for (const copy of copies) Object.freeze(copy)
  }

  #copy(value: unknown): unknown {
    if (typeof value !== "object" || value === null) throw this.#refuse(`is a ${typeof value}`)
    const known = value === this.#root ? this.#rootCopy : this.#copies?.get(value)
    return known ?? this.#copyObject(value)
  }

  #copyObject(source: object): unknown {
    if (this.#path.length >= deepestLevel) {
      throw new TypeError(`The value is nested deeper than ${deepestLevel} levels`)
    }
    const plain = Object.getPrototypeOf(source) === Object.prototype
    if (!plain) {
      if (types.isDate(source)) return this.#met(source, new Date(source.getTime()))
      if (source instanceof URL) return this.#met(source, new URL(source.href))
      if (isBytes(source)) return this.#met(source, copyBytes(source))
    }
    if (typeof (source as { toJSON?: unknown }).toJSON === "function") return this.#copyReplaced(source as Replaceable)
    if (plain) return this.#copyProperties(source, {})
    if (Array.isArray(source)) return this.#copyArray(source)
    if (types.isMap(source)) return this.#copyMap(source)
    if (types.isSet(source)) return this.#copySet(source)
    if (types.isRegExp(source)) return this.#met(source, new RegExp(source.source, source.flags))
    return this.#copyProperties(source, this.#emptyLike(source))
  }

  #copyReplaced(source: Replaceable): unknown {
    const step = this.#path.at(-1) ?? ""
    const replaced = source.toJSON(typeof step === "object" ? "" : String(step))
    if (replaced === source) throw this.#refuse("has a toJSON() that returns the object itself")
    if (isPrimitive(replaced)) return this.#copyPrimitive(replaced)
    // The result of toJSON() may have one, too: it counts as a level, so that an endless chain ends.
    return this.#copyAt({ part: "toJSON" }, replaced)
  }

  #copyArray(source: readonly unknown[]): unknown[] {
    const copy: unknown[] = this.#met(source, [])
    for (let index = 0; index < source.length; index++) {
      const item = source[index]
      if (item === undefined && !(index in source)) return this.#copySparse(source, copy)
      copy.push(this.#copyAt(index, item))
    }
    return copy
  }

  /** Visits existing items only: iterating over a billion holes would take seconds. */
  #copySparse(source: readonly unknown[], copy: unknown[]): unknown[] {
    const start = copy.length
    copy.length = source.length
    for (const key of Object.keys(source)) {
      const index = Number(key)
      if (String(index) !== key) break // Property names come after all indexes.
      if (index >= start) copy[index] = this.#copyAt(index, source[index])
    }
    return copy
  }

  #copyMap(source: ReadonlyMap<unknown, unknown>): Map<unknown, unknown> {
    const copy = this.#met(source, new Map<unknown, unknown>())
    for (const [key, value] of source) {
      copy.set(this.#copyAt({ part: "keys" }, key), this.#copyAt({ part: "get", key }, value))
    }
    return copy
  }

  #copySet(source: ReadonlySet<unknown>): Set<unknown> {
    const copy = this.#met(source, new Set<unknown>())
    for (const item of source) copy.add(this.#copyAt({ part: "values" }, item))
    return copy
  }

  #copyProperties(source: object, copy: Record<string, unknown>): object {
    this.#met(source, copy)
    for (const key of Object.keys(source)) {
      const value = this.#copyAt(key, (source as Record<string, unknown>)[key])
      if (key === "__proto__") defineProto(copy, value)
      else copy[key] = value
    }
    return copy
  }

  #emptyLike(source: object): Record<string, unknown> {
    const prototype: unknown = Object.getPrototypeOf(source)
    if (prototype === null) return Object.create(null)
    // The Object.prototype of another realm.
    if (Object.getPrototypeOf(prototype) === null) return {}
    if (types.isPromise(source)) throw this.#refuse("is a promise (is an await missing?)")
    const name: unknown = (prototype as { constructor?: { name?: unknown } }).constructor?.name
    const named = typeof name === "string" && name !== "" && name !== "Object"
    const what = named ? `an instance of ${name}` : "an object with a prototype of its own"
    throw this.#refuse(`is ${what}, which defines no toJSON()`)
  }

  #copyAt(step: PathStep, value: unknown): unknown {
    if (isPrimitive(value)) return this.#copyPrimitive(value)
    this.#path.push(step)
    const copy = this.#copy(value)
    this.#path.pop()
    return copy
  }

  #met<Copy extends object>(source: object, copy: Copy): Copy {
    if (this.#root === undefined) {
      this.#root = source
      this.#rootCopy = copy
    } else {
      this.#copies ??= new Map()
      this.#copies.set(source, copy)
    }
    return copy
  }

  #refuse(what: string): TypeError {
    return new TypeError(`${formatPath(this.#path)} ${what}`)
  }
}

function isFreezable(copy: object): boolean {
  if (Array.isArray(copy)) return true
  const prototype: unknown = Object.getPrototypeOf(copy)
  return prototype === null || prototype === Object.prototype
}

interface Replaceable {
  toJSON(key: string): unknown
}

/** Assigning to "__proto__" would set the prototype instead. */
function defineProto(object: object, value: unknown): void {
  Object.defineProperty(object, "__proto__", { value, enumerable: true, writable: true, configurable: true })
}

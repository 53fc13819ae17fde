import { types } from "node:util"
import { describeValue } from "./describe-value.js"
import { isBytes, writeBytes } from "./notation-bytes.js"
import { DEEPEST_LEVEL } from "./plain-json.js"
import { pathText, type Step } from "./value-path.js"

// Rich values as JSON. A string that starts with "@" is an escape, or a plain string whose own "@" is doubled:
//
//   "@u" undefined   "@n" NaN   "@+" Infinity   "@-" -Infinity   "@0" -0   "@h" a hole in an array
//   "@i-7b" bigint in hexadecimal   "@d1700000000000" Date   "@lhttp://…" URL   "@rgi/a+b" RegExp
//   "@bUint8Array:…" bytes in base64, by the name of their class   "@#3" the fourth object met, once more
//   ["@m", key, value, …] Map   ["@s", item, …] Set   ["@o", {…}] an object without prototype
//
// Objects count from 0 in the order in which reading meets them, so that cycles and shared objects keep their identity.

/** The value in a form that JSON supports. Throws a `TypeError` that names the path to what the notation does not. */
export function toNotation(value: unknown): unknown {
  const notation = new Writer().write(value)
  if (notation === UNDEFINED && value !== undefined) {
    throw new TypeError("value has a toJSON() that returns undefined")
  }
  return notation
}

const UNDEFINED = "@u"

const TOO_DEEP = `The value is nested deeper than ${DEEPEST_LEVEL} levels`

/** A sparse array with a huge length would otherwise fill the memory. */
const MOST_HOLES = 100_000

class Writer {
  readonly #indexes = new Map<object, number>()
  readonly #path: Step[] = []

  write(value: unknown): unknown {
    switch (typeof value) {
      case "string":
        return value.startsWith("@") ? `@${value}` : value
      case "boolean":
        return value
      case "number":
        return writeNumber(value)
      case "undefined":
        return UNDEFINED
      case "bigint":
        return `@i${value.toString(16)}`
      case "object":
        return value === null ? null : this.#writeObject(value)
      default:
        throw this.#refuse(`is ${typeof value === "function" ? "a function" : "a symbol"}`)
    }
  }

  #writeObject(value: object): unknown {
    const seen = this.#indexes.get(value)
    if (seen !== undefined) return `@#${seen}`
    if (this.#path.length >= DEEPEST_LEVEL) throw new TypeError(TOO_DEEP)
    const replaced = this.#replaced(value)
    if (replaced !== value) return this.#writeAt({ call: "toJSON" }, replaced)
    this.#indexes.set(value, this.#indexes.size)
    if (Array.isArray(value)) return this.#writeArray(value)
    if (types.isDate(value)) return `@d${value.getTime()}`
    if (types.isRegExp(value)) return `@r${value.flags}/${value.source}`
    if (value instanceof URL) return `@l${value.href}`
    if (types.isMap(value)) return this.#writeMap(value)
    if (types.isSet(value)) return ["@s", ...this.#writeAll(value)]
    if (isBytes(value)) return writeBytes(value)
    return this.#writeProperties(value)
  }

  /** What `toJSON` returns for an object that has it, except for types that the notation supports. */
  #replaced(value: object): unknown {
    if (types.isDate(value) || value instanceof URL || isBytes(value)) return value
    const { toJSON } = value as { toJSON?: unknown }
    if (typeof toJSON !== "function") return value
    const replaced: unknown = toJSON.call(value, stepName(this.#path.at(-1)))
    if (replaced === value) throw this.#refuse("has a toJSON() that returns the object itself")
    return replaced
  }

  #writeArray(array: readonly unknown[]): unknown[] {
    const items: unknown[] = []
    let holes = 0
    for (let index = 0; index < array.length; index++) {
      if (index in array) items.push(this.#writeAt(index, array[index]))
      else if (holes++ < MOST_HOLES) items.push("@h")
      else throw this.#refuse(`is an array with more than ${MOST_HOLES} holes`)
    }
    return items
  }

  #writeMap(map: ReadonlyMap<unknown, unknown>): unknown[] {
    const items: unknown[] = ["@m"]
    for (const [key, value] of map) {
      items.push(this.#writeAt({ call: "keys" }, key), this.#writeAt({ call: "get", key }, value))
    }
    return items
  }

  *#writeAll(set: ReadonlySet<unknown>): Generator<unknown> {
    for (const item of set) yield this.#writeAt({ call: "values" }, item)
  }

  #writeProperties(object: object): unknown {
    const prototype: unknown = Object.getPrototypeOf(object)
    if (prototype !== null && !isRootPrototype(prototype)) {
      const what = describeValue(object)
      throw this.#refuse(object instanceof Promise ? `is ${what}` : `is ${what}, which defines no toJSON()`)
    }
    const copy: Record<string, unknown> = {}
    for (const key of Object.keys(object)) {
      const value = this.#writeAt(key, (object as Record<string, unknown>)[key])
      // Assigning to "__proto__" would set the prototype of the copy.
      if (key === "__proto__") Object.defineProperty(copy, key, { value, enumerable: true })
      else copy[key] = value
    }
    return prototype === null ? ["@o", copy] : copy
  }

  #writeAt(step: Step, value: unknown): unknown {
    this.#path.push(step)
    const written = this.write(value)
    this.#path.pop()
    return written
  }

  #refuse(what: string): TypeError {
    return new TypeError(`value${pathText(this.#path)} ${what}`)
  }
}

/** Also true for `Object.prototype` of another realm. */
function isRootPrototype(prototype: unknown): boolean {
  return prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

function writeNumber(value: number): unknown {
  if (Number.isNaN(value)) return "@n"
  if (!Number.isFinite(value)) return value > 0 ? "@+" : "@-"
  return Object.is(value, -0) ? "@0" : value
}

/** The argument of `toJSON`, as in `JSON.stringify`: the property name or index. */
function stepName(step: Step | undefined): string {
  return typeof step === "string" || typeof step === "number" ? String(step) : ""
}

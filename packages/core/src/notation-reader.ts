import { describeValue } from "./describe-value.js"
import { readBytes } from "./notation-bytes.js"

/** The value that `toNotation` converted. Throws for anything that it cannot have written. */
export function fromNotation(notation: unknown): unknown {
  return new Reader().read(notation)
}

class Reader {
  readonly #objects: object[] = []

  read(notation: unknown): unknown {
    if (typeof notation === "string") return notation.startsWith("@") ? this.#readEscape(notation) : notation
    if (typeof notation !== "object" || notation === null) return notation
    if (!Array.isArray(notation)) return this.#readProperties(notation)
    const [head] = notation
    return typeof head === "string" && head.startsWith("@")
      ? this.#readMarked(head, notation)
      : this.#readArray(notation)
  }

  #readEscape(text: string): unknown {
    const rest = text.slice(2)
    switch (text[1]) {
      case "@":
        return text.slice(1)
      case "u":
        return undefined
      case "n":
        return Number.NaN
      case "+":
        return Number.POSITIVE_INFINITY
      case "-":
        return Number.NEGATIVE_INFINITY
      case "0":
        return -0
      case "i":
        return readBigInt(rest)
      case "d":
        return this.#met(new Date(Number(rest)))
      case "l":
        return this.#met(new URL(rest))
      case "r":
        return this.#met(readRegExp(rest))
      case "b":
        return this.#met(readBytes(rest))
      case "#":
        return this.#objectAt(rest)
      default:
        throw new TypeError(`Unknown notation ${describeValue(text)}`)
    }
  }

  #readMarked(mark: string, notation: unknown[]): unknown {
    switch (mark) {
      case "@m":
        return this.#readMap(notation)
      case "@s":
        return this.#readSet(notation)
      case "@o":
        return this.#readBareObject(notation)
      default:
        return this.#readArray(notation)
    }
  }

  #readMap(notation: readonly unknown[]): Map<unknown, unknown> {
    if (notation.length % 2 === 0) throw new TypeError("A Map is written as pairs")
    const map = this.#met(new Map<unknown, unknown>())
    for (let index = 1; index < notation.length; index += 2) {
      const key = this.read(notation[index])
      map.set(key, this.read(notation[index + 1]))
    }
    return map
  }

  #readSet(notation: readonly unknown[]): Set<unknown> {
    const set = this.#met(new Set<unknown>())
    for (let index = 1; index < notation.length; index++) set.add(this.read(notation[index]))
    return set
  }

  #readBareObject(notation: readonly unknown[]): object {
    const properties = notation[1]
    if (typeof properties !== "object" || properties === null) throw new TypeError("An object is written as an object")
    // Entries are defined one by one: without a prototype, even "__proto__" is an ordinary name.
    const object: Record<string, unknown> = Object.assign(Object.create(null), properties)
    return this.#readProperties(object)
  }

  #readArray(array: unknown[]): unknown[] {
    this.#met(array)
    for (let index = 0; index < array.length; index++) {
      const item = array[index]
      if (item === "@h") delete array[index]
      else if (isWritten(item)) array[index] = this.read(item)
    }
    return array
  }

  #readProperties(object: object): object {
    this.#met(object)
    const properties = object as Record<string, unknown>
    // JSON.parse made every property an own one, so that writing to "__proto__" cannot reach a prototype here.
    for (const key of Object.keys(properties)) {
      const value = properties[key]
      if (isWritten(value)) properties[key] = this.read(value)
    }
    return object
  }

  #met<Met extends object>(object: Met): Met {
    this.#objects.push(object)
    return object
  }

  #objectAt(index: string): object {
    const object = this.#objects[Number(index)]
    if (object === undefined) throw new TypeError(`There is no object ${describeValue(index)} to refer to`)
    return object
  }
}

/** Whether reading can change it: everything else stays as JSON.parse made it. */
function isWritten(notation: unknown): boolean {
  return typeof notation === "string" ? notation.startsWith("@") : typeof notation === "object" && notation !== null
}

function readBigInt(hexadecimal: string): bigint {
  return hexadecimal.startsWith("-") ? -BigInt(`0x${hexadecimal.slice(1)}`) : BigInt(`0x${hexadecimal}`)
}

function readRegExp(text: string): RegExp {
  const slash = text.indexOf("/")
  if (slash < 0) throw new TypeError("A RegExp is written as flags/source")
  return new RegExp(text.slice(slash + 1), text.slice(0, slash))
}

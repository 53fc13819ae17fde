import { hash } from "node:crypto"
import { isDeepStrictEqual } from "node:util"
import { runInNewContext } from "node:vm"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { keyOf } from "./key-of.js"

const of = (...values: unknown[]): string => keyOf(values)

class User {
  readonly id: number
  constructor(id: number) {
    this.id = id
  }
}

class Keyed extends User {
  cacheKey(): unknown {
    return `user:${this.id}`
  }
}

describe("different values", () => {
  const different: readonly (readonly unknown[])[] = [
    [],
    [undefined],
    [undefined, undefined],
    [null],
    [""],
    [0],
    [-0],
    [Number.NaN],
    ["NaN"],
    [Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY],
    [1],
    ["1"],
    [1n],
    ["1n"],
    ["1;"],
    [true],
    ["true"],
    [false],
    ["a", "b"],
    ["a,b"],
    ["ab"],
    ["ab", ""],
    ["", "ab"],
    ["a", "bs1:c"],
    ["as1:b", "c"],
    [["a", "b"]],
    [["a"], "b"],
    [["a"], ["b"]],
    [[]],
    [[[]]],
    [[], []],
    [{}],
    [{ a: 1 }],
    [{ a: "1" }],
    [{ a: undefined }],
    [{ a: 1, b: 2 }],
    [{ a: 2, b: 1 }],
    [{ ab: 12 }],
    [{ "a:1,b": 2 }],
    [["a", 1]],
    [[["a", 1]]],
    [new Map([["a", 1]])],
    [new Map([["a", "1"]])],
    [new Map([[1, "a"]])],
    [new Map()],
    [new Set()],
    [new Set(["a"])],
    [new Set([["a"]])],
    [new Set(["a", 1])],
    [new Date(0)],
    [new Date(Number.NaN)],
    [new Date(0).toISOString()],
    [new URL("http://a.example/")],
    ["http://a.example/"],
    [new Uint8Array()],
    [new Uint8Array([1])],
    [new Int8Array([1])],
    [Buffer.from([1])],
    [new Uint16Array([1])],
    [new Uint8Array([1, 0])],
    [new Uint8Array([1]).buffer],
    ["\ud800"],
    ["\udc00"],
    ["\ufffd"],
    ["00d8"],
    [new Keyed(1)],
    [new Keyed(2)],
    ["user:1"],
    [{ cacheKey: "user:1" }],
    [{ cacheKey: "user:1", q: 1 }],
    [JSON.parse('{"__proto__":1}')],
  ]

  it("give different keys, of 43 characters that every store takes", () => {
    const keys = different.map((parts) => keyOf(parts))
    for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/)
    const twins = keys.flatMap((key, at) =>
      keys.indexOf(key) === at ? [] : [[different[keys.indexOf(key)], different[at]]],
    )
    expect(twins).toEqual([])
  })
})

describe("equal values", () => {
  it.each([
    [
      { a: 1, b: { c: 2, d: 3 } },
      { b: { d: 3, c: 2 }, a: 1 },
    ],
    [new Map(Object.entries({ a: 1, b: 2 })), new Map(Object.entries({ b: 2, a: 1 }))],
    [new Set(["a", ["b"], 3]), new Set([3, "a", ["b"]])],
    [Number.NaN, 0 / 0],
    [new Date(5), new Date(5)],
    [{ a: 1 }, Object.assign(Object.create(null), { a: 1 })],
    [{ a: [1] }, runInNewContext("({ a: [1] })")],
    [new Uint8Array([1, 2]), new Uint8Array([0, 1, 2]).subarray(1)],
    [{ a: 1 }, Object.defineProperty({ a: 1 }, Symbol("hidden"), { value: 1 })],
    [new Keyed(1), Object.assign(new Keyed(1), { loaded: true })],
  ])("give one key (%#)", (one, other) => {
    expect(of(one)).toBe(of(other))
    expect(of([one], 1)).toBe(of([other], 1))
  })

  it("may share their parts", () => {
    const shared = { a: [1] }
    expect(of(shared, shared, [shared])).toBe(of({ a: [1] }, { a: [1] }, [{ a: [1] }]))
  })
})

describe("properties", () => {
  const leaf = fc.constantFrom<unknown>(
    0,
    -0,
    1,
    "1",
    "",
    "a",
    "0",
    null,
    undefined,
    true,
    1n,
    Number.NaN,
    "\ud800",
    "s0:",
  )
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie("list"), tie("object"), tie("map"), tie("set")),
    list: fc.array(tie("value"), { maxLength: 3 }),
    object: fc.dictionary(fc.constantFrom("a", "b", "1", ""), tie("value"), { maxKeys: 3, noNullPrototype: true }),
    map: fc.array(fc.tuple(leaf, tie("value")), { maxLength: 2 }).map((entries) => new Map(entries)),
    set: fc.array(leaf, { maxLength: 3 }).map((items) => new Set(items)),
  }))

  /** The same value made of other objects, with everything in the opposite order whose order does not count. */
  function turned(given: unknown): unknown {
    if (Array.isArray(given)) return given.map(turned)
    if (given instanceof Map) return new Map([...given].reverse().map(([key, item]) => [turned(key), turned(item)]))
    if (given instanceof Set) return new Set([...given].reverse().map(turned))
    if (typeof given !== "object" || given === null || Object.getPrototypeOf(given) !== Object.prototype) return given
    return Object.fromEntries(
      Object.entries(given)
        .reverse()
        .map(([key, item]) => [key, turned(item)]),
    )
  }

  it("two values give one key exactly when they are equal", () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 2 }), fc.array(value, { maxLength: 2 }), (one, other) => {
        return (keyOf(one) === keyOf(other)) === isDeepStrictEqual(one, other)
      }),
      { numRuns: 2_000 },
    )
  })

  it("an equal value gives the same key", () => {
    fc.assert(
      fc.property(value, (one) => of(one) === of(turned(one))),
      { numRuns: 2_000 },
    )
    const rich = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true })
    fc.assert(fc.property(rich, (one) => of(one) === of(turned(turned(one)))))
  })

  it("texts never run into each other, whatever they hold", () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom("s", "1", ":", ";", "a", "\ud83d", "\ude00") }), {
      maxLength: 4,
    })
    fc.assert(
      fc.property(texts, texts, (one, other) => (keyOf(one) === keyOf(other)) === isDeepStrictEqual(one, other)),
      { numRuns: 2_000 },
    )
  })
})

describe("objects that say what they are", () => {
  const symbol = Symbol.for("larder.cacheKey")

  it("count by their method, property or symbol, the symbol first", () => {
    class Getter extends User {
      get cacheKey(): string {
        return `user:${this.id}`
      }
    }
    class Marked extends Keyed {
      get [symbol](): string {
        return `marked:${this.id}`
      }
    }
    expect(of(new Getter(1))).toBe(of(new Keyed(1)))
    expect(of(Object.assign(new User(0), { cacheKey: "user:1" }))).toBe(of(new Keyed(1)))
    expect(of({ cacheKey: () => "user:1", more: () => 1 })).toBe(of(new Keyed(1)))
    expect(of({ [symbol]: "marked:1" })).toBe(of(new Marked(1)))
    expect(of({ user: [new Keyed(1)] })).not.toBe(of({ user: ["user:1"] }))
  })

  it("cannot be imitated by data", () => {
    expect(of({ cacheKey: "user:1" })).not.toBe(of(new Keyed(1)))
    expect(of({ cacheKey: "user:1", q: "a" })).not.toBe(of({ cacheKey: "user:1", q: "b" }))
  })

  it.each([
    [undefined, "undefined"],
    ["", '""'],
    [5, "5"],
    [Promise.resolve("user:1"), "a promise (is an await missing?)"],
  ])("are refused when they say nothing of use (%#)", (answer, shown) => {
    expect(() => of({ user: { cacheKey: () => answer } })).toThrow(
      new TypeError(`arguments[0].user has a cacheKey that is ${shown}; it must be a non-empty string`),
    )
  })
})

describe("refusals", () => {
  const loop: unknown[] = []
  loop.push([loop])

  it.each([
    [[1, { user: () => 1 }], "arguments[1].user is a function"],
    [[{ "two words": [Symbol("s")] }], 'arguments[0]["two words"][0] is a symbol'],
    [[new User(1)], "arguments[0] is an instance of User; give it a cacheKey, or choose what counts of it"],
    [[Promise.resolve()], "arguments[0] is a promise (is an await missing?); await it first"],
    [[new Map([["k", /a/]])], 'arguments[0].get("k") is an instance of RegExp; give it a cacheKey'],
    [[new Map([[() => 1, 1]])], "arguments[0].keys() is a function"],
    [[new Set([new WeakMap()])], "arguments[0].values() is an instance of WeakMap"],
    [[Object(5)], "arguments[0] is an instance of Number"],
    [[new AbortController().signal], "arguments[0] is an instance of AbortSignal"],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    [[[1, , 3]], "arguments[0] has a hole at 1"],
    [[new Array(1e9)], "arguments[0] has a hole at 0"],
    [[Object.assign([1], { more: 1 })], "arguments[0] is an array with named properties"],
    [[{ [Symbol("s")]: 1 }], "arguments[0] has a property that is named by a symbol"],
    [[loop], "arguments[0][0][0] is an object that contains itself"],
  ])("name the path (%#)", (parts, message) => {
    expect(() => keyOf(parts)).toThrow(TypeError)
    expect(() => keyOf(parts)).toThrow(message)
  })

  it("start with the name that was given", () => {
    expect(() => keyOf([1, () => 1], "vary")).toThrow("vary[1] is a function")
  })

  it("end what would be endless", () => {
    let deep: unknown = 1
    for (let level = 0; level < 100_000; level++) deep = [deep]
    expect(() => of(deep)).toThrow("arguments: nested deeper than 1000 levels")
    let wide: unknown = 1
    for (let level = 0; level < 40; level++) wide = [wide, wide]
    expect(() => of(wide)).toThrow("arguments: more than 1000000 values")
  })
})

describe("what is hashed", () => {
  it("stays as it is, so that entries are found after an upgrade", () => {
    const sha256 = (text: string): string => hash("sha256", text, "base64url")
    expect(keyOf([])).toBe(sha256("a0:"))
    expect(of(1, -0, "é", null, undefined, true, false, 7n)).toBe(sha256("a8:1;-0;s1:énutf7i"))
    expect(of({ b: [1.5], a: "x" })).toBe(sha256("a1:o2:s1:as1:xs1:ba1:1.5;"))
    expect(of(new Map([["k", new Set([2, 1])]]))).toBe(sha256("a1:m1:s1:ke2:1;2;"))
    expect(of(new Date(5), new URL("http://a.b"))).toBe(sha256("a2:d5;ls11:http://a.b/"))
    expect(of(new Uint8Array([0]), "\ud800")).toBe(sha256("a2:bs17:@bUint8Array:AA==w1:00d8"))
    expect(of(new Keyed(42))).toBe(sha256("a1:ks7:user:42"))
    expect(keyOf([])).toBe("kPmkZXJJlB4PrIdicVDZs5D4obTBUWwK5tI2SIiIf6I")
  })
})

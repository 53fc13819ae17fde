import { runInNewContext } from "node:vm"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { deepCopy } from "./deep-copy.js"

class Account {
  readonly id = 1
}

class Money {
  readonly amount: number
  constructor(amount: number) {
    this.amount = amount
  }
  toJSON(key: string): unknown {
    return { amount: this.amount, key }
  }
}

const rich = () => ({
  text: "naïve 清",
  nothing: null,
  missing: undefined,
  numbers: [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 12n],
  dates: [new Date(5), new Date(Number.NaN)],
  map: new Map<unknown, unknown>([
    ["key", { nested: true }],
    [{ id: 1 }, new Set([1, [2]])],
  ]),
  pattern: /a+b/giu,
  url: new URL("https://example.com/a?b#c"),
})

describe("deepCopy", () => {
  it("copies everything in a rich value", () => {
    const value = rich()
    const copy = deepCopy(value) as typeof value
    expect(copy).toStrictEqual(rich())
    expect(Object.is(copy.numbers[1], -0)).toBe(true)
    expect(copy).not.toBe(value)
    for (const key of ["numbers", "dates", "map", "pattern", "url"] as const) expect(copy[key]).not.toBe(value[key])
    expect(copy.dates[0]).not.toBe(value.dates[0])
    expect(copy.map.get("key")).not.toBe(value.map.get("key"))
    expect([...copy.map.keys()][1]).not.toBe([...value.map.keys()][1])
  })

  it("shares no object with what it copied, whatever that is", () => {
    fc.assert(
      fc.property(richValues(), (value) => {
        const copy = deepCopy(value)
        expect(copy).toStrictEqual(value)
        const originals = objectsIn(value)
        for (const object of objectsIn(copy)) expect(originals.has(object)).toBe(false)
      }),
    )
  })

  it("keeps cycles and objects that are met twice", () => {
    const shared = { name: "shared" }
    const value: Record<string, unknown> = { first: shared, list: [shared], set: new Set([shared]) }
    value.self = value
    const copy = deepCopy(value) as { first: object; list: object[]; set: Set<object>; self: object }
    expect(copy.self).toBe(copy)
    expect(copy.list[0]).toBe(copy.first)
    expect(copy.set.has(copy.first)).toBe(true)
    expect(copy.first).not.toBe(shared)
  })

  it("keeps a cycle through an array and a Map", () => {
    const map = new Map<string, unknown>()
    const array: unknown[] = [map]
    map.set("back", array)
    const copy = deepCopy(array) as [Map<string, unknown>]
    expect(copy[0].get("back")).toBe(copy)
  })

  it("keeps holes, and walks only what is there", () => {
    // biome-ignore lint/suspicious/noSparseArray: the hole is the case
    const copy = deepCopy([1, , undefined, 4]) as unknown[]
    expect(copy).toHaveLength(4)
    expect(1 in copy).toBe(false)
    expect(2 in copy).toBe(true)
    let calls = 0
    // biome-ignore lint/suspicious/noSparseArray: the hole is the case
    expect(deepCopy([{ toJSON: () => ++calls }, , 3])).toHaveLength(3)
    expect(calls).toBe(1)
    const huge: unknown[] = []
    huge[4_000_000_000] = { last: true }
    const hugeCopy = deepCopy(huge) as unknown[]
    expect(hugeCopy).toHaveLength(4_000_000_001)
    expect(Object.keys(hugeCopy)).toEqual(["4000000000"])
  })

  it("leaves out symbols, what is not enumerable, and names on arrays", () => {
    const object = Object.defineProperty({ kept: 1, [Symbol("tag")]: 2 }, "hidden", { value: 3 })
    expect(Reflect.ownKeys(deepCopy(object) as object)).toEqual(["kept"])
    const array = Object.assign([1, 2], { name: "list", "01": "no index" })
    expect(Reflect.ownKeys(deepCopy(array) as object)).toEqual(["0", "1", "length"])
    const sparse = Object.assign([], { 2: "there", "01": "no index" })
    expect(Reflect.ownKeys(deepCopy(sparse) as object)).toEqual(["2", "length"])
  })

  it("keeps an own __proto__ as a property, and sets no prototype", () => {
    const copy = deepCopy(JSON.parse('{"__proto__":{"admin":true},"a":1}')) as Record<string, unknown>
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
    expect(copy.admin).toBeUndefined()
    expect(Object.keys(copy)).toEqual(["__proto__", "a"])
    expect(Object.getOwnPropertyDescriptor(copy, "__proto__")?.value).toEqual({ admin: true })
  })

  it("keeps objects without a prototype as they are, and gives those of another realm ours", () => {
    const bare = Object.assign(Object.create(null), { a: 1 })
    expect(Object.getPrototypeOf(deepCopy(bare))).toBeNull()
    const foreign = runInNewContext("({ list: [1], at: new Date(5), map: new Map([[1, 2]]) })")
    expect(deepCopy(foreign)).toStrictEqual({ list: [1], at: new Date(5), map: new Map([[1, 2]]) })
  })

  it("does not carry the position of a RegExp", () => {
    const pattern = /a/g
    pattern.exec("aa")
    expect((deepCopy(pattern) as RegExp).lastIndex).toBe(0)
  })

  it("stores what toJSON() gives, and tells it the key", () => {
    expect(deepCopy(new Money(5))).toStrictEqual({ amount: 5, key: "" })
    expect(deepCopy({ price: new Money(5), list: [new Money(6)] })).toStrictEqual({
      price: { amount: 5, key: "price" },
      list: [{ amount: 6, key: "0" }],
    })
    expect(deepCopy({ toJSON: () => "plain" })).toBe("plain")
    expect(deepCopy(Object.assign(new Map(), { toJSON: () => [1] }))).toEqual([1])
  })
})

describe("bytes", () => {
  const views = [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ].map((View) => View.from([1, 2, 3]))
  const others = [
    BigInt64Array.from([1n, -2n]),
    BigUint64Array.from([1n]),
    new DataView(Uint8Array.from([1, 2]).buffer),
    Uint8Array.from([9, 8]).buffer,
    Buffer.from("bytes"),
    Buffer.alloc(0),
  ]

  it.each([...views, ...others].map((value) => [value.constructor.name, value] as const))("copies a %s", (_, value) => {
    const copy = deepCopy({ value }) as { value: typeof value }
    expect(copy.value).toStrictEqual(value)
    expect(copy.value.constructor).toBe(value.constructor)
    expect(copy.value).not.toBe(value)
  })

  it("copies what a view shows, in memory of its own", () => {
    const whole = Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7])
    const copies = deepCopy([whole.subarray(2, 4), new DataView(whole.buffer, 4, 2), Buffer.from("a pooled slice")])
    const [bytes, view, buffer] = copies as [Uint8Array, DataView, Buffer]
    whole.fill(255)
    expect([...bytes]).toEqual([2, 3])
    expect(bytes.buffer.byteLength).toBe(2)
    expect(view.getUint8(0)).toBe(4)
    expect(view.buffer.byteLength).toBe(2)
    expect(buffer.buffer.byteLength).toBe(14)
  })
})

describe("what is refused", () => {
  const deep = (levels: number): unknown => {
    let value: unknown = {}
    for (let level = 1; level < levels; level++) value = level % 2 === 0 ? { value } : [value]
    return value
  }

  it.each([
    [{ user: { save() {} } }, "value.user.save is a function"],
    [{ list: [1, 2, 3, Symbol("four")] }, "value.list[3] is a symbol"],
    [new Account(), "value is an instance of Account, which defines no toJSON()"],
    [{ "two words": { account: new Account() } }, 'value["two words"].account is an instance of Account'],
    [new Map<unknown, unknown>([["k", { f: () => 1 }]]), 'value.get("k").f is a function'],
    [{ map: new Map<unknown, unknown>([[1, Symbol("s")]]) }, "value.map.get(1) is a symbol"],
    [new Map<unknown, unknown>([[{}, Symbol("s")]]), "value.get(an object) is a symbol"],
    [new Map<unknown, unknown>([[Symbol("s"), 1]]), "value.keys() is a symbol"],
    [{ set: new Set([Account]) }, "value.set.values() is a function"],
    [{ later: Promise.resolve(1) }, "value.later is a promise (is an await missing?)"],
    [new WeakMap(), "value is an instance of WeakMap"],
    [new WeakSet(), "value is an instance of WeakSet"],
    [new WeakRef({}), "value is an instance of WeakRef"],
    [Object("boxed"), "value is an instance of String"],
    [Object(1), "value is an instance of Number"],
    [new RangeError("no"), "value is an instance of RangeError"],
    [new SharedArrayBuffer(1), "value is an instance of SharedArrayBuffer"],
    [Object.create({ inherited: 1 }), "value is an object with a prototype of its own"],
    [{ user: { toJSON: () => ({ f: () => 1 }) } }, "value.user.toJSON().f is a function"],
  ])("%o", (value, message) => {
    expect(() => deepCopy(value)).toThrow(TypeError)
    expect(() => deepCopy(value)).toThrow(message)
  })

  it("a toJSON() that returns its own object", () => {
    const loop = { toJSON: () => loop }
    expect(() => deepCopy([loop])).toThrow("value[0] has a toJSON() that returns the object itself")
  })

  it("a toJSON() that returns yet another one for ever, without running out of stack", () => {
    const next = (): object => ({ toJSON: next })
    expect(() => deepCopy(next())).toThrow(new TypeError("The value is nested deeper than 1000 levels"))
  })

  it("nesting beyond 1,000 levels, without running out of stack", () => {
    expect(deepCopy(deep(1_000))).toStrictEqual(deep(1_000))
    expect(() => deepCopy(deep(1_001))).toThrow(new TypeError("The value is nested deeper than 1000 levels"))
    expect(() => deepCopy(deep(1_000_000))).toThrow(TypeError)
  })
})

/** Nested values of every kind that is carried, some with cycles and shared parts. */
function richValues(): fc.Arbitrary<unknown> {
  const values = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
  })
  return fc.oneof(values, fc.tuple(values, values).map(tangled))
}

function tangled([first, second]: [unknown, unknown]): unknown {
  const root: Record<string, unknown> = { first, list: [first, second] }
  root.again = new Map([["list", root.list], ["root", root] as [string, unknown]])
  return root
}

function objectsIn(value: unknown, found = new Set<object>()): Set<object> {
  if (typeof value !== "object" || value === null || found.has(value)) return found
  found.add(value)
  const parts = value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.values(value)
  for (const part of parts) objectsIn(part, found)
  return found
}

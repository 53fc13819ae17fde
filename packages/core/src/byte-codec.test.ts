import { isDeepStrictEqual } from "node:util"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { byteCodec, codecWith, jsonSerializer } from "./byte-codec.js"

const text = (value: unknown): string => Buffer.from(byteCodec.encode(value)).toString()
const roundTrip = (value: unknown): unknown => byteCodec.decode(byteCodec.encode(value))

class Money {
  readonly amount: number
  constructor(amount: number) {
    this.amount = amount
  }
  toJSON(): object {
    return { amount: this.amount }
  }
}

class Bare {
  readonly secret = 1
}

describe("what bytes look like", () => {
  it.each([
    [42, "42"],
    [-7, "-7"],
    [0, "0"],
    [Number.MAX_SAFE_INTEGER, "9007199254740991"],
    [1.5, "1.5"],
    [true, "true"],
    [null, "null"],
    ["", '""'],
    ["héllo", '"héllo"'],
    ["@u", '"@u"'],
    [{ a: [1, "b", null], __proto__: null }, '["@o",{"a":[1,"b",null]}]'],
    [{ a: [1, "b", null] }, '{"a":[1,"b",null]}'],
  ])("%j is readable text", (value, expected) => {
    expect(text(value).replace("\x04", "")).toBe(expected)
  })

  it("marks everything else with a byte that no JSON text starts with", () => {
    expect(byteCodec.encode(new Uint8Array([0, 255]))).toEqual(Buffer.from([1, 0, 255]))
    expect(byteCodec.encode(Buffer.from([7]))).toEqual(Buffer.from([2, 7]))
    expect(text("x".repeat(2_000))).toBe(`\x03${"x".repeat(2_000)}`)
    expect(text(new Date(5))).toBe('\x04"@d5"')
    expect(text(-0)).toBe('\x04"@0"')
    expect(text({ at: new Date(5), name: "@home" })).toBe('\x04{"at":"@d5","name":"@@home"}')
  })

  it("has short texts as JSON has them, and reads them as JSON does", () => {
    const characters = fc.string({
      unit: fc.constantFrom("a", " ", "~", '"', "\\", "\n", "\x00", "\x7f", "é", "😀", "\ud800"),
    })
    const blank = fc.string({ unit: fc.constantFrom(" ", "\t", "\n"), maxLength: 2 })
    fc.assert(
      fc.property(fc.oneof(characters, fc.string({ unit: "binary" })), blank, blank, (value, before, after) => {
        const json = JSON.stringify(value)
        expect(text(value)).toBe(json)
        expect(byteCodec.decode(Buffer.from(before + json + after))).toBe(value)
      }),
      { numRuns: 1_000 },
    )
    for (const cut of ['"', '"a', '"a"b"', '"a\\"', '"a" b']) {
      expect(() => byteCodec.decode(Buffer.from(cut)), cut).toThrow(SyntaxError)
    }
  })

  it("reads these bytes for ever: they are in people's stores", () => {
    const golden: readonly [string, unknown][] = [
      ["42", 42],
      ['{"a":1}', { a: 1 }],
      ["\x01\x00\x7f", new Uint8Array([0, 127])],
      ["\x02\x07", Buffer.from([7])],
      ["\x03long text", "long text"],
      [
        '\x04{"u":"@u","n":"@n","p":"@+","m":"@-","z":"@0","i":"@i-7b","d":"@d86400000","l":"@lhttp://a.b/","r":"@rgi/a+b"}',
        {
          u: undefined,
          n: Number.NaN,
          p: Number.POSITIVE_INFINITY,
          m: Number.NEGATIVE_INFINITY,
          z: -0,
          i: -123n,
          d: new Date(86_400_000),
          l: new URL("http://a.b/"),
          r: /a+b/gi,
        },
      ],
      ['\x04["@m","k",["@s",1,"@bUint16Array:AQACAA=="]]', new Map([["k", new Set([1, new Uint16Array([1, 2])])]])],
    ]
    for (const [stored, value] of golden) expect(byteCodec.decode(Buffer.from(stored, "latin1"))).toEqual(value)
  })
})

describe("round trips", () => {
  const anything = fc.anything({
    // Not withDate: its invalid dates equal nothing for isDeepStrictEqual; they have a test of their own.
    values: [
      fc.boolean(),
      fc.integer(),
      fc.double(),
      fc.string({ unit: "binary" }),
      fc.constantFrom(null, undefined),
      fc.date({ noInvalidDate: true }),
    ],
    withBigInt: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withNullPrototype: true,
    maxDepth: 5,
  })

  it("brings back every value that it accepts", () => {
    fc.assert(
      fc.property(
        anything.filter((value) => value !== undefined),
        (value) => isDeepStrictEqual(roundTrip(value), value),
      ),
      { numRuns: 2_000 },
    )
  })

  it("brings back every text, also with lone surrogates, short and long", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 300 }), (part, times) => {
        const value = `${part}\ud800`.repeat(times)
        return roundTrip(value) === value && roundTrip(part.repeat(times)) === part.repeat(times)
      }),
    )
  })

  it("brings back bytes as what they were, and as a copy", () => {
    const stored = byteCodec.encode(Buffer.from("abc"))
    const first = byteCodec.decode(stored) as Buffer
    expect(Buffer.isBuffer(first)).toBe(true)
    first.fill(0)
    expect(byteCodec.decode(stored)).toEqual(Buffer.from("abc"))
    expect(Buffer.isBuffer(roundTrip(new Uint8Array([1])))).toBe(false)
  })

  it("keeps cycles and shared objects", () => {
    const shared = { at: new Date(1) }
    const value: Record<string, unknown> = { first: shared, second: shared, list: [shared] }
    value.self = value
    const back = roundTrip(value) as Record<string, unknown>
    expect(back.self).toBe(back)
    expect(back.first).toBe(back.second)
    expect((back.list as unknown[])[0]).toBe(back.first)
  })

  it("keeps a cycle through Map, Set, array and an object without prototype", () => {
    const map = new Map<unknown, unknown>()
    const bare = Object.assign(Object.create(null), { map })
    map.set("set", new Set([[bare, map]]))
    const back = roundTrip(map) as Map<string, Set<[{ map: unknown }, unknown]>>
    const [[bareBack, mapBack] = []] = back.get("set") ?? []
    expect(mapBack).toBe(back)
    expect(bareBack?.map).toBe(back)
    expect(Object.getPrototypeOf(bareBack)).toBeNull()
  })

  it("keeps own properties named __proto__ and constructor, and no prototype changes", () => {
    for (const json of ['{"__proto__":{"polluted":1},"constructor":2}', '{"at":{"__proto__":{"polluted":1}}}']) {
      for (const value of [JSON.parse(json), { ...JSON.parse(json), rich: 1n }]) {
        expect(isDeepStrictEqual(roundTrip(value), value)).toBe(true)
      }
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it("keeps holes, undefined in arrays, and texts that look like escapes", () => {
    for (const value of [
      // biome-ignore lint/suspicious/noSparseArray: holes are what is tested
      [1, , undefined, 3],
      ["@m", "@s", 1n],
      { "@u": "@@", date: new Date(0) },
      new Map([["@#0", undefined]]),
      [
        new Float64Array([Number.NaN, -0]),
        new BigInt64Array([-1n]),
        new DataView(new ArrayBuffer(3)),
        new ArrayBuffer(2),
      ],
    ]) {
      expect(isDeepStrictEqual(roundTrip(value), value)).toBe(true)
    }
  })

  it("keeps an invalid Date", () => {
    const back = roundTrip([new Date(Number.NaN)]) as [Date]
    expect(back[0]).toBeInstanceOf(Date)
    expect(back[0].getTime()).toBeNaN()
  })

  it("stores what toJSON gives, wherever the object stands", () => {
    expect(roundTrip(new Money(5))).toEqual({ amount: 5 })
    expect(roundTrip({ price: new Money(5), list: [new Money(6)] })).toEqual({
      price: { amount: 5 },
      list: [{ amount: 6 }],
    })
  })
})

describe("refusals", () => {
  it.each([
    [() => 1, "value is a function"],
    [{ user: { save: () => 1 } }, "value.user.save is a function"],
    [{ list: [1, Symbol("s")] }, "value.list[1] is a symbol"],
    [{ "two words": Promise.resolve() }, 'value["two words"] is a promise (is an await missing?)'],
    [{ bare: new Bare() }, "value.bare is an instance of Bare, which defines no toJSON()"],
    [new Error("no"), "value is an instance of Error, which defines no toJSON()"],
    [new Map([["k", new WeakMap()]]), 'value.get("k") is an instance of WeakMap, which defines no toJSON()'],
    [new Set([() => 1]), "value.values() is a function"],
    [Object(5), "value is an instance of Number, which defines no toJSON()"],
  ])("names the path (%#)", (value, message) => {
    expect(() => byteCodec.encode(value)).toThrow(new TypeError(message))
  })

  it("refuses endless depth without running out of stack", () => {
    let deep: unknown = 1
    for (let level = 0; level < 100_000; level++) deep = [deep]
    expect(() => byteCodec.encode(deep)).toThrow("nested deeper than 1000 levels")
    const endless = { toJSON: () => ({ again: endless }) }
    expect(() => byteCodec.encode(endless)).toThrow("nested deeper than 1000 levels")
  })

  it("refuses a toJSON that gives another one for ever, and an array that is nothing but long", () => {
    const next = (): object => ({ toJSON: next })
    expect(() => byteCodec.encode(next())).toThrow(new TypeError("The value is nested deeper than 1000 levels"))
    expect(() => byteCodec.encode({ list: new Array(1e9) })).toThrow(
      "value.list is an array with more than 100000 holes",
    )
  })

  it("refuses a toJSON that gives the object itself", () => {
    const self = Object.assign(new Bare(), { toJSON: () => self })
    expect(() => byteCodec.encode(self)).toThrow("value has a toJSON() that returns the object itself")
  })
})

describe("hostile bytes", () => {
  const decodeQuietly = (bytes: Uint8Array): unknown => {
    try {
      return byteCodec.decode(bytes)
    } catch (error) {
      expect(error).toBeInstanceOf(Error)
      return undefined
    }
  }

  it("either decode or throw an Error, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ max: 255, maxLength: 200 }), fc.integer({ min: 0, max: 8 }), (bytes, tag) => {
        decodeQuietly(bytes)
        decodeQuietly(Buffer.concat([Buffer.from([tag]), bytes]))
      }),
      { numRuns: 5_000 },
    )
  })

  it("either decode or throw an Error when they are nearly right", () => {
    const notations = fc.constantFrom(
      "@u",
      "@#0",
      "@#9",
      "@#x",
      "@m",
      "@s",
      "@o",
      "@h",
      "@i",
      "@izz",
      "@d",
      "@l",
      "@r",
      "@r/(",
      "@b",
      "@bObject:",
      "@bUint16Array:AA==",
      "@",
      "@?",
      "@__proto__",
    )
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        notations,
        fc.constantFrom(1, null, "x"),
        fc.array(tie("tree")),
        fc.dictionary(fc.constantFrom("a", "__proto__", "constructor", "prototype", "toString"), tie("tree")),
      ),
    }))
    fc.assert(
      fc.property(tree, (notation) => {
        decodeQuietly(Buffer.from(`\x04${JSON.stringify(notation)}`))
        expect(Object.keys(Object.prototype)).toEqual([])
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([
    "",
    "\x00",
    "\x05anything",
    "\x06",
    "\xff",
    '{"a":',
    "undefined",
    "\x04",
    '\x04"@?"',
    '\x04"@#0"',
    '\x04["@m",1]',
    '\x04["@o"]',
    '\x04["@o",1]',
    '\x04"@lnot a url"',
    '\x04"@r/("',
    '\x04"@bNope:AA=="',
  ])("are refused: %j", (bytes) => {
    expect(() => byteCodec.decode(Buffer.from(bytes, "latin1"))).toThrow(Error)
  })

  it("refuses text that is not UTF-8 instead of replacing characters", () => {
    expect(() => byteCodec.decode(Buffer.from([0x22, 0xff, 0x22]))).toThrow("it is not UTF-8")
    expect(() => byteCodec.decode(Buffer.from([3, 0xff]))).toThrow("it is not UTF-8")
  })

  it("survives nesting that would exhaust the stack", () => {
    const deep = Buffer.from(`\x04${"[".repeat(200_000)}${"]".repeat(200_000)}`)
    expect(() => byteCodec.decode(deep)).toThrow(RangeError)
  })
})

describe("serializers", () => {
  const rot13: typeof byteCodec = {
    encode: (value) => Buffer.from(JSON.stringify(value)).map((byte) => byte ^ 1),
    decode: (stored) => JSON.parse(Buffer.from(stored.map((byte) => byte ^ 1)).toString()),
  }

  it("json writes JSON text and nothing else", () => {
    expect(Buffer.from(jsonSerializer.encode("x".repeat(3_000))).toString()).toBe(`"${"x".repeat(3_000)}"`)
    expect(jsonSerializer.decode(jsonSerializer.encode({ a: [1] }))).toEqual({ a: [1] })
  })

  it.each([
    [{ born: new Date(0) }, "value.born is an instance of Date, which JSON loses"],
    [{ list: [1, Number.NaN] }, "value.list[1] is NaN, which JSON loses"],
    [new Uint8Array(1), "value is an instance of Uint8Array, which JSON loses"],
    [{ a: { b: undefined } }, "value.a.b is undefined, which JSON loses"],
  ])("json refuses what it would lose (%#)", (value, message) => {
    expect(() => jsonSerializer.encode(value)).toThrow(message)
  })

  it("json names a cycle instead of following it", () => {
    const value: Record<string, unknown> = {}
    value.deep = { value }
    expect(() => jsonSerializer.encode(value)).toThrow("value.deep.value is an object that contains itself")
  })

  it("one of the user's writes everything but integers, and still reads what the byte codec wrote", () => {
    const codec = codecWith(rot13)
    expect(Buffer.from(codec.encode(41)).toString()).toBe("41")
    expect(codec.encode("41")[0]).toBe(5)
    expect(codec.decode(codec.encode("41"))).toBe("41")
    expect(codec.decode(codec.encode({ a: 1 }))).toEqual({ a: 1 })
    expect(codec.decode(byteCodec.encode(new Date(5)))).toEqual(new Date(5))
    expect(() => byteCodec.decode(codec.encode("41"))).toThrow("a serializer that this cache does not have")
  })
})

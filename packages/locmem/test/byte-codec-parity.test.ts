import { byteCodec } from "@larder/core"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { LocmemBackend } from "../src/index.js"

const { codec } = new LocmemBackend()
const throughMemory = (value: unknown): unknown => codec.decode(codec.encode(value))
const throughBytes = (value: unknown): unknown => byteCodec.decode(byteCodec.encode(value))

class Point {
  readonly x = 1
}

describe("an application that moves from memory to a store of bytes", () => {
  it("reads the same values", () => {
    const values = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withSparseArray: true,
      withTypedArray: true,
    })
    fc.assert(
      fc.property(values, (value) => {
        expect(throughMemory(value)).toStrictEqual(throughBytes(value))
      }),
    )
  })

  it.each([
    Buffer.from("bytes"),
    new DataView(new ArrayBuffer(3)),
    new ArrayBuffer(2),
    /a+b/gi,
    new URL("http://a.b/?c"),
    new Date(Number.NaN),
    { toJSON: () => ({ replaced: [1] }) },
    Object.assign([1, 2], { name: "not carried" }),
    Object.assign([1, 2], { toJSON: () => new Map([[1, 2]]) }),
    { [Symbol("not carried")]: 1 },
    JSON.parse('{"__proto__":{"own":1}}'),
  ])("reads the same for %o", (value) => {
    expect(throughMemory({ value })).toStrictEqual(throughBytes({ value }))
  })

  it.each([
    () => 1,
    Symbol("s"),
    Promise.resolve(),
    new WeakMap(),
    new WeakRef({}),
    Object("boxed"),
    new Error("no"),
    new Point(),
    new SharedArrayBuffer(1),
    Object.create({ inherited: 1 }),
  ])("is refused the same: %o", (value) => {
    const message = (encode: () => unknown): string => {
      try {
        encode()
        return "nothing was refused"
      } catch (error) {
        return (error as Error).message
      }
    }
    const inMemory = message(() => codec.encode({ user: [value] }))
    expect(inMemory).toContain("value.user[0] is ")
    expect(message(() => byteCodec.encode({ user: [value] }))).toContain("value.user[0] is ")
  })

  it("is refused an object that gives undefined for itself, since that would be an entry without a value", () => {
    const nothing = { toJSON: () => undefined }
    for (const value of [nothing, { toJSON: () => nothing }, Object.assign([1], nothing)]) {
      for (const { encode } of [codec, byteCodec]) {
        expect(() => encode(value)).toThrow("value has a toJSON() that returns undefined")
      }
    }
    expect(throughMemory({ value: nothing })).toStrictEqual(throughBytes({ value: nothing }))
  })

  it("counts the same integers", async () => {
    const store = new LocmemBackend()
    for (const value of [0, -0, 7, 1.5, "7", Number.MAX_SAFE_INTEGER]) {
      await store.set("n", codec.encode(value))
      const counted = await store.incr("n", -1).catch((error: Error) => error.name)
      expect(counted).toBe(
        /^-?\d+$/.test(Buffer.from(byteCodec.encode(value)).toString()) ? Number(value) - 1 : "TypeError",
      )
    }
  })
})

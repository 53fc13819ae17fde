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
})

import { describe, expect, it } from "vitest"
import { estimateEntry, estimateValue } from "./byte-estimate.js"

describe("estimateValue", () => {
  it("counts two bytes for each character, whichever it is", () => {
    expect(estimateValue("a".repeat(100)) - estimateValue("")).toBe(200)
    expect(estimateValue("清".repeat(100)) - estimateValue("")).toBe(200)
    expect(estimateEntry("k".repeat(100)) - estimateEntry("")).toBe(200)
  })

  it("counts less for plain objects and arrays than for objects with a machinery of their own", () => {
    for (const plain of [{}, []]) {
      for (const other of [new Map(), new Set(), new Date(), /a/]) {
        expect(estimateValue(plain)).toBeLessThan(estimateValue(other))
      }
    }
  })

  it("counts raw bytes as they are, and only those that a view shows", () => {
    const grown = (make: (length: number) => unknown) => estimateValue(make(1_000)) - estimateValue(make(0))
    expect(grown((length) => Buffer.alloc(length))).toBe(1_000)
    expect(grown((length) => new ArrayBuffer(length))).toBe(1_000)
    expect(grown((length) => new DataView(new ArrayBuffer(5_000), 0, length))).toBe(1_000)
    expect(grown((length) => new Float64Array(length))).toBe(8_000)
  })

  it("follows properties, items, keys and values", () => {
    const text = "x".repeat(10_000)
    const containers: readonly ((part: unknown) => unknown)[] = [
      (part) => ({ part }),
      (part) => [part],
      (part) => new Map([[1, part]]),
      (part) => new Map([[part, 1]]),
      (part) => new Set([part]),
      (part) => [{ deep: new Map([["list", [part]]]) }],
      (part) => Object.assign(Object.create(null), { part }),
      (part) =>
        new (class {
          readonly part = part
        })(),
    ]
    for (const contain of containers) expect(estimateValue(contain(text))).toBeGreaterThan(20_000)
  })

  it("follows the text of a bigint, a RegExp and a URL", () => {
    expect(estimateValue(2n ** 80_000n)).toBeGreaterThan(10_000)
    expect(estimateValue(new RegExp("a".repeat(10_000)))).toBeGreaterThan(20_000)
    expect(estimateValue(new URL(`http://a.b/${"a".repeat(10_000)}`))).toBeGreaterThan(20_000)
  })

  it("counts each object once, and ends on cycles", () => {
    const part = { text: "x".repeat(1_000) }
    expect(estimateValue([part, part])).toBeLessThan(estimateValue([part, { ...part }]) - 2_000)
    const loop: unknown[] = []
    loop.push(loop)
    expect(estimateValue(loop)).toBeGreaterThan(0)
  })

  it("takes any depth, and holes, without walking them", () => {
    let chain: object | undefined
    for (let level = 0; level < 100_000; level++) chain = { next: chain }
    expect(estimateValue(chain)).toBeGreaterThan(100_000 * 64)
    expect(estimateValue(new Array(4_000_000_000))).toBeLessThan(1_000)
  })

  it("counts what is only kept by reference as something", () => {
    expect(estimateValue(() => 1)).toBeGreaterThan(0)
    expect(estimateValue({ f: () => 1 })).toBeGreaterThan(estimateValue({}))
  })
})

import { describe, expect, it } from "vitest"
import { codecs } from "./isolation.js"

const value = () => ({ user: { name: "Ada", tags: ["a"] } })
type Value = ReturnType<typeof value>

describe("copy", () => {
  it("keeps the cached value from what callers do before and after", () => {
    const given = value()
    const stored = codecs.copy.encode(given)
    given.user.name = "changed by the writer"
    const read = codecs.copy.decode(stored) as Value
    read.user.tags.push("changed by a reader")
    expect(codecs.copy.decode(stored)).toStrictEqual(value())
  })
})

describe("freeze", () => {
  it("hands out one frozen value, whatever the writer does to its own", () => {
    const given = value()
    const stored = codecs.freeze.encode(given)
    given.user.name = "changed by the writer"
    const read = codecs.freeze.decode(stored) as Value
    expect(read).toStrictEqual(value())
    expect(codecs.freeze.decode(stored)).toBe(read)
    expect(() => read.user.tags.push("changed by a reader")).toThrow(TypeError)
    expect(Object.isFrozen(given.user)).toBe(false)
  })

  it("freezes around cycles and objects without a prototype", () => {
    const loop: Record<string, unknown> = { bare: Object.assign(Object.create(null), { a: 1 }) }
    loop.self = loop
    const read = codecs.freeze.decode(codecs.freeze.encode(loop)) as Record<string, object>
    expect(read.self).toBe(read)
    expect(Object.isFrozen(read.bare)).toBe(true)
  })

  it.each([
    ["Date", new Date(5), (date: Date) => date.setTime(6)],
    ["Map", new Map([["a", 1]]), (map: Map<string, number>) => map.clear()],
    ["Set", new Set([1]), (set: Set<number>) => set.clear()],
    ["URL", new URL("http://a.b/"), (url: URL) => (url.pathname = "/changed")],
    ["Buffer", Buffer.from("abc"), (buffer: Buffer) => buffer.fill(0)],
    ["empty ArrayBuffer", new ArrayBuffer(0), () => {}],
  ])("hands out copies of a value that holds a %s, which cannot be frozen", (_, part, change) => {
    const stored = codecs.freeze.encode({ deep: [part] })
    const read = codecs.freeze.decode(stored) as { deep: [never] }
    expect(read.deep[0]).not.toBe(part)
    ;(change as (part: never) => unknown)(read.deep[0])
    const again = codecs.freeze.decode(stored)
    expect(again).not.toBe(read)
    expect(again).toStrictEqual(codecs.copy.decode({ deep: [part] }))
  })

  it("refuses what copies refuse", () => {
    expect(() => codecs.freeze.encode({ f: () => 1 })).toThrow("value.f is a function")
  })
})

describe("reference", () => {
  it("hands out the very object, of whatever kind", () => {
    const object = { save: () => "saved" }
    expect(codecs.reference.decode(codecs.reference.encode(object))).toBe(object)
  })
})

it.each(["copy", "freeze", "reference"] as const)("%s passes primitives through", (isolation) => {
  const { encode, decode } = codecs[isolation]
  for (const primitive of [0, -0, Number.NaN, "", "text", false, null, 5n]) {
    expect(Object.is(decode(encode(primitive)), primitive)).toBe(true)
  }
})

import fc from "fast-check"
import { expect, it } from "vitest"
import {
  decodeRecord,
  encodeIndex,
  encodePage,
  type StoredHead,
  type StoredPage,
  type VariantIndex,
} from "../../src/engine/stored-page.js"
import { storedHead } from "./requests.js"

const head = storedHead(1_000, {
  headers: [
    ["Content-Type", "text/plain"],
    ["Set-Thing", "ä"],
  ],
  vary: [
    ["accept", "a"],
    ["origin", null],
  ],
  tags: ["news"],
})
const page: StoredPage = { head, body: new TextEncoder().encode("hello") }
const index: VariantIndex = { generation: "g", names: ["accept"], slots: ["x", "y"], newest: 1, keptUntil: 5 }

it("reads back what was written", () => {
  expect(decodeRecord(encodePage(page))).toEqual({
    head: { ...head, length: 5 },
    body: new TextEncoder().encode("hello"),
  })
  expect(decodeRecord(encodeIndex(index))).toEqual(index)
  expect(decodeRecord(encodePage({ head, body: new Uint8Array(0) }))).toMatchObject({ head })
})

it("rejects everything else", () => {
  for (const value of [undefined, null, "text", 5, {}, [], new Uint8Array(0), new Uint8Array(100)]) {
    expect(decodeRecord(value)).toBeUndefined()
  }
})

it("rejects a record of another version or kind", () => {
  for (const position of [0, 1, 2, 3]) {
    const bytes = encodePage(page)
    bytes[position] = 99
    expect(decodeRecord(bytes)).toBeUndefined()
  }
})

it("rejects a record that is truncated or too long", () => {
  const bytes = encodePage(page)
  for (let length = 0; length < bytes.length; length += 1)
    expect(decodeRecord(bytes.subarray(0, length))).toBeUndefined()
  expect(decodeRecord(Buffer.concat([bytes, Buffer.from("x")]))).toBeUndefined()
})

it.each<[string, unknown]>([
  ["no status", undefined],
  ["a status that is none", { ...head, status: 20 }],
  ["a text for a number", { ...head, lifetime: "60" }],
  ["a header that would split the response", { ...head, headers: [["A", "b\r\nSet-Cookie: c"]] }],
  ["a header without a name", { ...head, headers: [["", "b"]] }],
  ["a header of three parts", { ...head, headers: [["A", "b", "c"]] }],
  ["tags that are none", { ...head, tags: [5] }],
  ["a list in its place", [1, 2]],
])("rejects a head with %s", (_, broken) => {
  expect(decodeRecord(encodePage({ head: broken as StoredHead, body: page.body }))).toBeUndefined()
})

it("never throws, whatever bytes follow the mark", () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 3), fc.uint8Array({ maxLength: 64 }), fc.json(), (kind, noise, json) => {
      decodeRecord(Uint8Array.from([0x4c, 0x50, 1, kind, ...noise]))
      const text = new TextEncoder().encode(json)
      decodeRecord(Uint8Array.from([0x4c, 0x50, 1, kind, 0, 0, text.length >> 8, text.length & 255, ...text, ...noise]))
    }),
  )
})

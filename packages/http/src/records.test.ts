import { describe, expect, it } from "vitest"
import { storedHead } from "../test/engine/requests.js"
import { encodeIndex, encodePage, isPage, type StoredHead } from "./engine/stored-page.js"
import { RecordBytes } from "./record-bytes.js"
import type { RecordForm } from "./record-form.js"
import { RecordTexts } from "./record-texts.js"

const head = storedHead(1, { headers: [["Content-Type", "text/html"]] })
const page = (body: string, changes: Partial<StoredHead> = {}): Uint8Array =>
  encodePage({ head: { ...head, ...changes }, body: Buffer.from(body) })

function textOf(reader: RecordForm, key: string, stored: unknown): string | undefined {
  const record = reader.read(key, stored)
  return record !== undefined && isPage(record) ? `${record.head.status} ${Buffer.from(record.body)}` : undefined
}

describe("RecordBytes", () => {
  it("reads a body with a head that it has read before", () => {
    const reader = new RecordBytes()
    const first = reader.read("a", page("one"))
    const second = reader.read("a", page("two"))
    if (first === undefined || !isPage(first) || second === undefined || !isPage(second)) throw new Error("no pages")
    expect(second.head).toBe(first.head)
    expect([Buffer.from(first.body).toString(), Buffer.from(second.body).toString()]).toEqual(["one", "two"])
  })

  it("reads another head of the same length again", () => {
    const reader = new RecordBytes()
    expect(textOf(reader, "a", page("one"))).toBe("200 one")
    expect(textOf(reader, "a", page("one", { status: 203 }))).toBe("203 one")
  })

  it("rejects a page whose body is truncated or too long", () => {
    const reader = new RecordBytes()
    const whole = page("one")
    expect(textOf(reader, "a", whole)).toBe("200 one")
    expect(textOf(reader, "a", whole.subarray(0, -1))).toBeUndefined()
    expect(textOf(reader, "a", Buffer.concat([whole, Buffer.from("!")]))).toBeUndefined()
    expect(textOf(reader, "a", whole)).toBe("200 one")
  })

  it("does not keep bodies, and ignores other records", () => {
    const reader = new RecordBytes()
    const stored = page("one")
    textOf(reader, "a", stored)
    stored.fill(0)
    expect(textOf(reader, "a", stored)).toBeUndefined()
    for (const other of [undefined, null, "text", new Uint8Array(3)]) expect(reader.read("a", other)).toBeUndefined()
    const index = { generation: "g", names: ["accept"], slots: [], newest: -1, keptUntil: 1 }
    expect(reader.read("a", encodeIndex(index))).toEqual(index)
    expect(reader.read("a", encodeIndex(index))).toEqual(index)
  })
})

/** Reads it often enough to be kept, and returns the last result. */
function readOften(form: RecordTexts, key: string, stored: unknown): unknown {
  return Array.from({ length: 8 }, () => form.read(key, stored)).at(-1)
}

describe("RecordTexts", () => {
  it("restores every byte, and returns the same record for the same text if it is read often", () => {
    const form = new RecordTexts()
    const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const stored = form.toStored(encodePage({ head, body }))
    const read = form.read("a", stored)
    if (read === undefined || !isPage(read)) throw new Error("no page")
    expect(read.head).toMatchObject(head)
    expect(Buffer.from(read.body).equals(body)).toBe(true)
    expect(readOften(form, "a", stored)).toBe(form.read("a", stored))
  })

  it("reads another text of the same key again", () => {
    const form = new RecordTexts()
    expect(textOf(form, "a", form.toStored(page("one")))).toBe("200 one")
    expect(textOf(form, "a", form.toStored(page("two")))).toBe("200 two")
    expect(textOf(form, "a", form.toStored(page("one")).slice(0, -1))).toBeUndefined()
    for (const other of [undefined, null, 5, "text", page("one")]) expect(form.read("a", other)).toBeUndefined()
  })

  it("forgets the oldest of many large records that are read often, and can still read them", () => {
    const form = new RecordTexts()
    const stored = form.toStored(page("x".repeat(1_048_576)))
    const first = readOften(form, "0", stored)
    for (let key = 1; key < 40; key++) readOften(form, String(key), stored)
    const again = form.read("0", stored)
    expect(again === first).toBe(false)
    expect(again !== undefined && isPage(again) && again.body.byteLength).toBe(1_048_576)
  })

  it("keeps records that are read often when many others are read once", () => {
    const form = new RecordTexts()
    const stored = form.toStored(page("x".repeat(1_048_576)))
    const first = readOften(form, "0", stored)
    for (let key = 1; key < 100; key++) form.read(String(key), stored)
    expect(form.read("0", stored) === first).toBe(true)
  })
})

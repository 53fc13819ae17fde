import { describe, expect, it } from "vitest"
import { encodeIndex, encodePage, isPage, type StoredHead } from "./engine/stored-page.js"
import { RecordReader } from "./record-reader.js"

const head: StoredHead = {
  status: 200,
  headers: [["Content-Type", "text/html"]],
  responseTime: 1,
  initialAge: 0,
  lifetime: 60_000,
  staleWhileRevalidate: 0,
  staleIfError: 0,
  mustRevalidate: false,
  noCache: false,
  forAuthorized: false,
  vary: [],
  tags: [],
}
const page = (body: string, changes: Partial<StoredHead> = {}): Uint8Array =>
  encodePage({ head: { ...head, ...changes }, body: Buffer.from(body) })

function textOf(reader: RecordReader, key: string, stored: unknown): string | undefined {
  const record = reader.read(key, stored)
  return record !== undefined && isPage(record) ? `${record.head.status} ${Buffer.from(record.body)}` : undefined
}

describe("RecordReader", () => {
  it("reads the body that is there, with a head that it has read before", () => {
    const reader = new RecordReader()
    const first = reader.read("a", page("one"))
    const second = reader.read("a", page("two"))
    if (first === undefined || !isPage(first) || second === undefined || !isPage(second)) throw new Error("no pages")
    expect(second.head).toBe(first.head)
    expect([Buffer.from(first.body).toString(), Buffer.from(second.body).toString()]).toEqual(["one", "two"])
  })

  it("reads another head of the same length anew", () => {
    const reader = new RecordReader()
    expect(textOf(reader, "a", page("one"))).toBe("200 one")
    expect(textOf(reader, "a", page("one", { status: 203 }))).toBe("203 one")
  })

  it("takes nothing for a page whose body is cut short or grown", () => {
    const reader = new RecordReader()
    const whole = page("one")
    expect(textOf(reader, "a", whole)).toBe("200 one")
    expect(textOf(reader, "a", whole.subarray(0, -1))).toBeUndefined()
    expect(textOf(reader, "a", Buffer.concat([whole, Buffer.from("!")]))).toBeUndefined()
    expect(textOf(reader, "a", whole)).toBe("200 one")
  })

  it("keeps no body, and takes no notice of what is none of its records", () => {
    const reader = new RecordReader()
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

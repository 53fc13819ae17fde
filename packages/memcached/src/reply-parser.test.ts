import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Reply, ReplyParser } from "./reply-parser.js"

function parse(...chunks: Buffer[]): Reply[] {
  const replies: Reply[] = []
  const parser = new ReplyParser((reply) => replies.push(reply))
  for (const chunk of chunks) parser.push(chunk)
  return replies
}

function bytes(text: string): Buffer {
  return Buffer.from(text, "latin1")
}

const word = fc.stringMatching(/^[A-Za-z0-9]{1,8}$/)
const flags = fc.array(word, { maxLength: 3 }).map((words) => words.join(" "))
const line = fc.record({ code: fc.constantFrom("HD", "EN", "MN", "STAT"), flags, value: fc.constant(undefined) })
const value = fc.record({ code: fc.constant("VA"), flags, value: fc.uint8Array({ maxLength: 200 }) })

/** As a server writes it. */
function written({ code, flags, value }: Reply): Buffer {
  const head = value === undefined ? code : `${code} ${value.length}`
  const text = flags === "" ? head : `${head} ${flags}`
  return Buffer.concat([bytes(`${text}\r\n`), ...(value === undefined ? [] : [value, bytes("\r\n")])])
}

describe("the parser of replies", () => {
  it("reads the same replies wherever the chunks end", () => {
    const replies = fc.array(fc.oneof(line, value), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(replies, fc.array(fc.nat(), { maxLength: 12 }), (expected, cuts) => {
        const stream = Buffer.concat(expected.map(written))
        const edges = [0, ...cuts.map((cut) => cut % stream.length).sort((one, other) => one - other), stream.length]
        const chunks = edges.slice(1).map((edge, index) => stream.subarray(edges[index], edge))
        const read = parse(...chunks)
        expect(read.map(written)).toEqual(expected.map(written))
      }),
    )
  })

  it("reads replies byte by byte, with line ends and replies inside of values", () => {
    const stream = bytes("VA 12 t30 c5\r\n\r\nVA 1\r\nEN\r\n\r\nHD\r\n")
    const read = parse(...Array.from(stream, (byte) => Buffer.from([byte])))
    expect(read).toEqual([
      { code: "VA", flags: "t30 c5", value: bytes("\r\nVA 1\r\nEN\r\n") },
      { code: "HD", flags: "", value: undefined },
    ])
  })

  it("hands out values that nothing else sees", () => {
    const chunk = bytes("VA 1\r\na\r\nVA 1\r\nb\r\n")
    const [first, second] = parse(chunk)
    first?.value?.fill(0)
    chunk.fill(0)
    expect(second?.value).toEqual(bytes("b"))
  })

  it("knows an empty value from a miss", () => {
    expect(parse(bytes("VA 0\r\n\r\nEN\r\n")).map(({ value }) => value?.length)).toEqual([0, undefined])
  })

  it.each([
    ["half a line end", "HD\n", "half an end"],
    ["nothing but a line end's end", "\n", "half an end"],
    ["a line that does not end", "x".repeat(3000), "without an end"],
    ["a long line that does end", `${"x".repeat(3000)}\r\n`, "without an end"],
    ["a value without a size", "VA x\r\n", "a value of x bytes"],
    ["a value whose size goes on", "VA 5x\r\n", "a value of 5x bytes"],
    ["a value of no size", "VA \r\n", "a value of  bytes"],
    ["a value of a negative size", "VA -1\r\n", "a value of -1 bytes"],
    ["a value larger than any server holds", "VA 9999999999\r\n", "a value of 9999999999 bytes"],
    ["a value that is longer than it said", "VA 1\r\nabc\r\n", "another size"],
  ])("refuses %s", (_what, text, complaint) => {
    expect(() => parse(bytes(text))).toThrow(complaint)
    if (text.length < 100)
      expect(() => parse(...Array.from(bytes(text), (byte) => Buffer.from([byte])))).toThrow(complaint)
  })

  it("refuses a line without an end that comes in small chunks, too", () => {
    expect(() => parse(...Array.from({ length: 40 }, () => bytes("x".repeat(100))))).toThrow("without an end")
  })
})

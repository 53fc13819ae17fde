import { Writable } from "node:stream"
import { describe, expect, it } from "vitest"
import { Outbox } from "./outbox.js"

class Sink extends Writable {
  readonly received: Buffer[] = []
  writes = 0

  constructor() {
    super({ decodeStrings: true })
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.writes += 1
    this.received.push(...chunks.map(({ chunk }) => chunk))
    done()
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes += 1
    this.received.push(chunk)
    done()
  }
}

describe("the outbox", () => {
  it("sends texts and bytes of any size in their order, in one write", () => {
    const every = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    const large = Buffer.alloc(10_000, "large")
    const outbox = new Outbox()
    outbox.add(["ms é 256\r\n", every, "\r\n"])
    outbox.add(["ms b 10000\r\n", large, "\r\n"])
    outbox.add(["mn\r\n"])
    const expected = Buffer.concat([
      Buffer.from("ms é 256\r\n", "latin1"),
      every,
      Buffer.from("\r\nms b 10000\r\n"),
      large,
      Buffer.from("\r\nmn\r\n"),
    ])
    expect(outbox.size).toBe(expected.length)
    const sink = new Sink()
    outbox.flushTo(sink)
    expect(Buffer.concat(sink.received).equals(expected)).toBe(true)
    expect(sink.writes).toBe(1)
    expect(outbox.size).toBe(0)
  })

  it("takes a view of a buffer for that view", () => {
    const outbox = new Outbox()
    outbox.add([Buffer.from("before|inside|after").subarray(7, 13)])
    const sink = new Sink()
    outbox.flushTo(sink)
    expect(Buffer.concat(sink.received).toString()).toBe("inside")
  })

  it("is empty after it was cleared", () => {
    const outbox = new Outbox()
    outbox.add(["a", new Uint8Array(10_000)])
    outbox.clear()
    expect(outbox.size).toBe(0)
  })
})

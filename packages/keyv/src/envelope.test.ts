import { describe, expect, it } from "vitest"
import { open, seal } from "./envelope.js"

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte)

describe("an envelope", () => {
  it("gives back every byte and the end", () => {
    expect(open(seal(everyByte, 2_000), 1_999)).toEqual({ value: everyByte, expires: 2_000 })
    expect(open(seal(new Uint8Array(), undefined), 5)).toEqual({ value: new Uint8Array() })
  })

  it("is plain ASCII, whatever the bytes are", () => {
    expect(seal(everyByte, 1)).toMatch(/^[ -~]*$/)
  })

  it("holds the view that it was given and not what lies around it", () => {
    expect(open(seal(everyByte.subarray(10, 12), undefined), 0)?.value).toEqual(Uint8Array.of(10, 11))
  })

  it("is closed from its end on", () => {
    expect(open(seal(everyByte, 2_000), 2_000)).toBeUndefined()
  })

  it("opens where the adapter has parsed it, or has put it in a wrapping of its own", () => {
    const sealed = seal(everyByte, 2_000)
    const opened = { value: everyByte, expires: 2_000 }
    expect(open(JSON.parse(sealed), 0)).toEqual(opened)
    expect(open({ value: sealed, expires: 9_000 }, 0)).toEqual(opened)
  })

  it.each([
    undefined,
    null,
    false,
    "",
    "text of others",
    "{broken",
    "{}",
    "[1]",
    { value: undefined, expires: 0 },
    { value: 7 },
    Buffer.from("bytes"),
  ])("does not open %j, which is a miss or not ours", (answer) => {
    expect(open(answer, 0)).toBeUndefined()
  })
})

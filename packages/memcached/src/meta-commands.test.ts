import { describe, expect, it } from "vitest"
import { getValues, removeAll, storeAll } from "./batch-commands.js"
import { addToNumber, getEntry, getSecondsLeft, getValue, remove, store, touch } from "./meta-commands.js"
import { type Request, unfinished } from "./request.js"

const value = Buffer.from("a")
const text = ({ parts }: Request<unknown>) => parts.map((part) => Buffer.from(part).toString("latin1")).join("")
const reply = (code: string, flags = "", body?: Uint8Array) => ({ code, flags, value: body })

describe("a command", () => {
  it.each([
    [getValue("k"), "mg k v\r\n"],
    [getEntry("k"), "mg k v c t\r\n"],
    [getSecondsLeft("k"), "mg k t\r\n"],
    [touch("k", 60), "mg k T60\r\n"],
    [store({ key: "k", value }, 60, "ME"), "ms k 1 T60 ME\r\na\r\n"],
    [store({ key: "k", value }, 0, "C7"), "ms k 1 T0 C7\r\na\r\n"],
    [remove("k"), "md k\r\n"],
    [remove("k", "7"), "md k C7\r\n"],
    [addToNumber("k", "7", 5), "ma k C7 MI D5 c\r\n"],
    [addToNumber("k", "7", -5), "ma k C7 MD D5 c\r\n"],
    [getValues(["a", "b"]), "mg a v q O0\r\nmg b v q O1\r\nmn\r\n"],
    [storeAll([{ key: "a", value }], 60), "ms a 1 T60 q\r\na\r\nmn\r\n"],
    [removeAll(["a", "b"]), "md a\r\nmd b\r\nmn\r\n"],
  ])("is sent as the protocol has it: %#", (request, expected) => {
    expect(text(request)).toBe(expected)
  })

  it("reads its answer", () => {
    expect(getValue("k").read(reply("VA", "", value))).toBe(value)
    expect(getValue("k").read(reply("EN"))).toBeUndefined()
    expect(getEntry("k").read(reply("VA", "c7 t60", value))).toEqual({ value, token: "7", secondsLeft: 60 })
    expect(getSecondsLeft("k").read(reply("HD", "t-1"))).toBe(-1)
    expect(store({ key: "k", value }, 0, "ME").read(reply("NS"))).toBe(false)
    expect(remove("k").read(reply("NF"))).toBe(false)
    expect(addToNumber("k", "7", 1).read(reply("HD", "c8"))).toBe("8")
    expect(addToNumber("k", "7", 1).read(reply("EX"))).toBeUndefined()
    expect(addToNumber("k", "7", 1).read(reply("CLIENT_ERROR", "cannot increment"))).toBeUndefined()
  })

  it.each([
    [getValue("k"), reply("HD")],
    [getEntry("k"), reply("VA", "t60", value)],
    [touch("k", 1), reply("VA", "", value)],
    [remove("k"), reply("EN")],
    [remove("k"), reply("CLIENT_ERROR", "bad command line format")],
    [storeAll([], 0), reply("NS")],
    [getValues(["a"]), reply("VA", "O1", value)],
    [getValues(["a"]), reply("VA", "", value)],
  ])("takes nothing else for its answer: %#", (request, other) => {
    expect(() => request.read(other)).toThrow(other.code)
  })
})

describe("a batch", () => {
  it("puts hits where their keys are, in whatever order they come, until it is over", () => {
    const request = getValues(["a", "b", "c"])
    expect(request.read(reply("VA", "O2", Buffer.from("third")))).toBe(unfinished)
    expect(request.read(reply("VA", "O0", Buffer.from("first")))).toBe(unfinished)
    expect(request.read(reply("MN"))).toEqual([Buffer.from("first"), undefined, Buffer.from("third")])
  })

  it("counts what it removed", () => {
    const request = removeAll(["a", "b", "c"])
    for (const code of ["HD", "NF", "HD"]) expect(request.read(reply(code))).toBe(unfinished)
    expect(request.read(reply("MN"))).toBe(2)
  })
})

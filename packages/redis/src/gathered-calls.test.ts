import { describe, expect, it, vi } from "vitest"
import { type Call, GatheredCalls, type SendTogether } from "./gathered-calls.js"
import { Turn } from "./turn.js"

/** Answers every call with its argument, and notes what was sent. */
function echo(sent: string[][]): SendTogether<string> {
  return async (calls: readonly Call[]) => {
    sent.push(calls.map(({ key }) => key))
    return calls.map(({ argument }) => String(argument))
  }
}

describe("GatheredCalls", () => {
  it("sends the calls of one turn together and answers each", async () => {
    const sent: string[][] = []
    const calls = new GatheredCalls(new Turn(), 1, echo(sent))
    const first = ["a", "b", "a"].map((key, index) => calls.add(key, String(index)))
    expect(sent).toEqual([])
    expect(await Promise.all(first)).toEqual(["0", "1", "2"])
    expect(await calls.add("c", "3")).toBe("3")
    expect(sent).toEqual([["a", "b", "a"], ["c"]])
  })

  it("gathers calls that are made when others have been answered", async () => {
    const sent: string[][] = []
    const calls = new GatheredCalls(new Turn(), 1, echo(sent))
    await Promise.all(
      ["a", "b"].map(async (key) => {
        for (let round = 0; round < 3; round++) await calls.add(key, "")
      }),
    )
    expect(sent).toEqual(Array.from({ length: 3 }, () => ["a", "b"]))
  })

  it("keeps the order among calls of several kinds", async () => {
    const sent: string[][] = []
    const turn = new Turn()
    const [one, other] = [new GatheredCalls(turn, 1, echo(sent)), new GatheredCalls(turn, 1, echo(sent))]
    const answers = [one.add("a", ""), one.add("b", ""), other.add("c", ""), one.add("d", "")]
    turn.flush()
    expect(sent).toEqual([["a", "b"], ["c"], ["d"]])
    await Promise.all(answers)
  })

  it("sends each by itself while there are too few for a command", async () => {
    const sent: string[][] = []
    const calls = new GatheredCalls(new Turn(), 3, echo(sent))
    expect(await Promise.all(["a", "b"].map((key) => calls.add(key, key)))).toEqual(["a", "b"])
    expect(await Promise.all(["c", "d", "e"].map((key) => calls.add(key, key)))).toEqual(["c", "d", "e"])
    expect(sent).toEqual([["a"], ["b"], ["c", "d", "e"]])
  })

  it("waits for no more calls than a server likes, nor for more bytes", async () => {
    const sent: string[][] = []
    const calls = new GatheredCalls(new Turn(), 1, echo(sent))
    const answers = Array.from({ length: 300 }, (_, index) => calls.add(String(index), ""))
    expect(sent.map(({ length }) => length)).toEqual([128, 128])
    await Promise.all(answers)
    expect(sent.map(({ length }) => length)).toEqual([128, 128, 44])
    await Promise.all(["a", "b", "c"].map((key) => calls.add(key, "x".repeat(40_000))))
    expect(sent.slice(3)).toEqual([["a", "b"], ["c"]])
  })

  it("rejects the call that an error is for, and all of them when sending fails", async () => {
    const send = vi.fn<SendTogether<string>>(async () => ["fine", new RangeError("too much")])
    const calls = new GatheredCalls(new Turn(), 1, send)
    const two = () => Promise.allSettled([calls.add("a", ""), calls.add("b", "")])
    expect(await two()).toEqual([
      { status: "fulfilled", value: "fine" },
      { status: "rejected", reason: new RangeError("too much") },
    ])
    send.mockRejectedValueOnce(new Error("refused"))
    expect(await two()).toEqual([
      { status: "rejected", reason: new Error("refused") },
      { status: "rejected", reason: new Error("refused") },
    ])
  })
})

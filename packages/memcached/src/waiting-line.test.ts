import { describe, expect, it } from "vitest"
import { noop } from "./meta-commands.js"
import { type Waiting, WaitingLine } from "./waiting-line.js"

function waiting(fail: (error: Error) => void = () => {}): Waiting {
  return { request: noop(), resolve: () => {}, reject: fail, since: 0, refusal: undefined, next: undefined }
}

describe("the line of waiting requests", () => {
  it("is first in, first out, also after it was empty", () => {
    const line = new WaitingLine()
    for (const round of [1, 2]) {
      const [one, two] = [waiting(), waiting()]
      line.push(one)
      line.push(two)
      expect([line.length, line.first === one], `round ${round}`).toEqual([2, true])
      line.shift()
      expect([line.length, line.first === two], `round ${round}`).toEqual([1, true])
      line.shift()
      expect([line.length, line.first], `round ${round}`).toEqual([0, undefined])
    }
  })

  it("rejects all at once, and is empty before the first of them hears of it", () => {
    const line = new WaitingLine()
    const lengths: number[] = []
    for (let count = 0; count < 3; count += 1) line.push(waiting(() => lengths.push(line.length)))
    line.fail(new Error("gone"))
    expect(lengths).toEqual([0, 0, 0])
  })
})

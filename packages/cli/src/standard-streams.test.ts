import { PassThrough, Writable } from "node:stream"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { standardInput, standardOutput } from "./standard-streams.js"

/** A stream that remembers what was written to it. */
class Screen extends PassThrough {
  readonly isTTY: boolean
  readonly columns: number

  constructor(isTTY: boolean, columns = 20) {
    super({ encoding: "utf8" })
    this.isTTY = isTTY
    this.columns = columns
  }

  get text(): string {
    return (this.read() as string | null) ?? ""
  }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe("the standard output", () => {
  it("has results on stdout and failures on stderr", () => {
    const [stdout, stderr] = [new Screen(false), new Screen(false)]
    const output = standardOutput(stdout, stderr)
    output.out("a result")
    output.error("a failure")
    expect([stdout.text, stderr.text]).toEqual(["a result\n", "a failure\n"])
  })

  it("knows the width of a terminal, and that a file has none", () => {
    expect(standardOutput(new Screen(true), new Screen(false))).toMatchObject({ columns: 20 })
    expect(standardOutput(new Screen(false), new Screen(true))).not.toHaveProperty("columns")
  })

  it("takes a terminal that does not know its width for one of 80 columns", () => {
    const screen = new Screen(true, 0)
    const output = standardOutput(screen, screen)
    output.progress?.("x".repeat(100))
    expect(output.columns).toBe(80)
    expect(screen.text).toBe(`\r\u001b[K${"x".repeat(79)}`)
  })

  it("shows progress on one line of a terminal, ten times a second at most, and removes it before other lines", () => {
    const [stdout, stderr] = [new Screen(false), new Screen(true)]
    const output = standardOutput(stdout, stderr)
    output.progress?.("1 of 1,000,000,000 keys")
    output.progress?.("2 of 1,000,000,000 keys")
    vi.advanceTimersByTime(100)
    output.progress?.("3 of 3")
    output.error("a failure")
    expect(stderr.text).toBe("\r\u001b[K1 of 1,000,000,000 \r\u001b[K3 of 3\r\u001b[Ka failure\n")
    vi.advanceTimersByTime(100)
    output.progress?.("4 of 4")
    output.out("a result that goes to a file")
    output.progress?.("")
    output.progress?.("")
    expect(stderr.text).toBe("\r\u001b[K4 of 4\r\u001b[K")
  })

  it("removes progress before results that go to the same terminal", () => {
    const screen = new Screen(true)
    const output = standardOutput(screen, screen)
    output.progress?.("1 of 2")
    output.out("a result")
    expect(screen.text).toBe("\r\u001b[K1 of 2\r\u001b[Ka result\n")
  })

  it("shows no progress where stderr is no terminal", () => {
    expect(standardOutput(new Screen(true), new Screen(false))).not.toHaveProperty("progress")
  })

  it("is ready when what was written is on its way", async () => {
    let taken = (): void => undefined
    const stdout = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => {
        taken = done
      },
    })
    const output = standardOutput(stdout, new Screen(false))
    expect(await output.ready?.()).toBe(true)
    output.out("a result")
    let isReady: boolean | undefined
    const waiting = output.ready?.().then((ready) => {
      isReady = ready
    })
    await Promise.resolve()
    expect(isReady).toBe(undefined)
    taken()
    await waiting
    expect(isReady).toBe(true)
  })

  it("is never ready again once its reader has gone", async () => {
    const stdout = new Writable({ highWaterMark: 1, write: () => undefined })
    const output = standardOutput(stdout, new Screen(false))
    output.out("a result")
    const waiting = output.ready?.()
    stdout.destroy(new Error("write EPIPE"))
    expect(await waiting).toBe(false)
    expect(await output.ready?.()).toBe(false)
  })
})

describe("the standard input", () => {
  it("is read to its end", async () => {
    const stdin = new Screen(false)
    stdin.end("text\n")
    expect(String(await standardInput(stdin, new Screen(true)).read())).toBe("text\n")
  })

  it("asks nobody where there is no terminal", () => {
    expect(standardInput(new Screen(false), new Screen(true))).not.toHaveProperty("confirm")
    expect(standardInput(new Screen(true), new Screen(false))).not.toHaveProperty("confirm")
  })

  it.each([
    ["y\n", true],
    [" YES \n", true],
    ["n\n", false],
    ["\n", false],
    ["yet\n", false],
  ])("takes %j as an answer", async (typed, answer) => {
    const [stdin, stderr] = [new Screen(true), new Screen(true)]
    const asking = standardInput(stdin, stderr).confirm?.("Really?")
    stdin.write(typed)
    expect(await asking).toBe(answer)
    expect(stderr.text).toContain("Really? [y/N] ")
  })

  it("takes the end of the input for a no", async () => {
    const stdin = new Screen(true)
    const asking = standardInput(stdin, new Screen(true)).confirm?.("Really?")
    stdin.end()
    expect(await asking).toBe(false)
  })
})

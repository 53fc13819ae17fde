import { PassThrough, Writable } from "node:stream"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { standardInput, standardOutput } from "./standard-streams.js"

/** A stream that records what is written to it. */
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
  it("writes results to stdout and failures to stderr", () => {
    const [stdout, stderr] = [new Screen(false), new Screen(false)]
    const output = standardOutput(stdout, stderr)
    output.out("a result")
    output.error("a failure")
    expect([stdout.text, stderr.text]).toEqual(["a result\n", "a failure\n"])
  })

  it("has the width of a terminal, and no width for a file", () => {
    expect(standardOutput(new Screen(true), new Screen(false))).toMatchObject({ columns: 20 })
    expect(standardOutput(new Screen(false), new Screen(true))).not.toHaveProperty("columns")
  })

  it("assumes 80 columns if a terminal does not know its width", () => {
    const screen = new Screen(true, 0)
    const output = standardOutput(screen, screen)
    output.progress?.("x".repeat(100))
    expect(output.columns).toBe(80)
    expect(screen.text).toBe(`\r\u001b[K${"x".repeat(79)}`)
  })

  it("shows progress on one line of a terminal at most ten times per second, and removes it before other lines", () => {
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

  it("removes progress before results on the same terminal", () => {
    const screen = new Screen(true)
    const output = standardOutput(screen, screen)
    output.progress?.("1 of 2")
    output.out("a result")
    expect(screen.text).toBe("\r\u001b[K1 of 2\r\u001b[Ka result\n")
  })

  it("shows no progress if stderr is not a terminal", () => {
    expect(standardOutput(new Screen(true), new Screen(false))).not.toHaveProperty("progress")
  })

  it("is ready when its buffer has drained", async () => {
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

  it("is never ready again after its reader is gone", async () => {
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

  it("cannot ask without a terminal", () => {
    expect(standardInput(new Screen(false), new Screen(true))).not.toHaveProperty("confirm")
    expect(standardInput(new Screen(true), new Screen(false))).not.toHaveProperty("confirm")
  })

  it.each([
    ["y\n", true],
    [" YES \n", true],
    ["n\n", false],
    ["\n", false],
    ["yet\n", false],
  ])("reads the answer %j as %s", async (typed, answer) => {
    const [stdin, stderr] = [new Screen(true), new Screen(true)]
    const asking = standardInput(stdin, stderr).confirm?.("Really?")
    stdin.write(typed)
    expect(await asking).toBe(answer)
    expect(stderr.text).toContain("Really? [y/N] ")
  })

  it("reads the end of the input as no", async () => {
    const stdin = new Screen(true)
    const asking = standardInput(stdin, new Screen(true)).confirm?.("Really?")
    stdin.end()
    expect(await asking).toBe(false)
  })
})

import { describe, expect, it } from "vitest"
import { collect, run } from "./command.mjs"

const node = process.execPath

describe("collect", () => {
  it("returns the exit code and both streams", async () => {
    const script = 'console.log("out"); console.error("err"); process.exitCode = 3'
    const { code, output } = await collect(node, ["-e", script])
    expect(code).toBe(3)
    expect(output.split("\n").sort()).toEqual(["", "err", "out"])
  })

  it("adds to the environment and keeps the rest of it", async () => {
    const script = "console.log(process.env.LARDER_PROBE, process.env.PATH === undefined)"
    const { output } = await collect(node, ["-e", script], { env: { LARDER_PROBE: "here" } })
    expect(output).toBe("here false\n")
  })

  it("closes the standard input of the command", async () => {
    const { code } = await collect(node, ["-e", "process.stdin.resume()"], { deadline: 10_000 })
    expect(code).toBe(0)
  })

  it("kills a command at its deadline, and reports it", async () => {
    const result = await collect(node, ["-e", "setInterval(() => {}, 1000)"], { deadline: 100 })
    expect(result).toEqual({ code: 1, output: "", late: true })
  })

  it("reports a command that does not exist as exit code 127", async () => {
    const { code, output } = await collect("larder-no-such-command", [])
    expect(code).toBe(127)
    expect(output).toContain("ENOENT")
  })
})

describe("run", () => {
  it("returns the output of a successful command", async () => {
    expect(await run(node, ["-e", 'console.log("done")'])).toBe("done\n")
  })

  it("rejects with the command, its exit code and its output", async () => {
    const failure = run(node, ["-e", 'console.log("why"); process.exitCode = 2'])
    await expect(failure).rejects.toMatchObject({
      name: "CommandError",
      message: expect.stringContaining("ended with exit code 2."),
      output: "why\n",
    })
  })
})

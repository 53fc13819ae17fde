import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { nodeWithSqlite } from "@larder/services/node-with-sqlite"
import { describe, expect, it } from "vitest"

const suite = fileURLToPath(new URL("node-sqlite-suite.mjs", import.meta.url))
const program = nodeWithSqlite()

describe("a database of node:sqlite", () => {
  it("fulfils the backend contract", { timeout: 240_000 }, async ({ skip }) => {
    if (program === undefined)
      return skip("this Node has no node:sqlite, and a newer one is packaged for Linux on x64 only")
    const run = promisify(execFile)(program, ["--test", "--test-reporter=tap", suite], {
      maxBuffer: 16 * 1024 ** 2,
    })
    const { stdout } = await run.catch((failure: { stdout: string; stderr: string }) => failure)
    const count = (word: string) => Number(new RegExp(`^# ${word} (\\d+)$`, "m").exec(stdout)?.[1])
    const failures = stdout.split("\n").filter((line) => /^\s*not ok /.test(line))
    expect(failures).toEqual([])
    expect(count("fail") + count("cancelled")).toBe(0)
    expect(count("pass")).toBeGreaterThan(200)
  })
})

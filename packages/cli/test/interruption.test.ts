import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { describe, expect, it, onTestFinished } from "vitest"
import { BenchEntries } from "./bench-entries.js"
import { packageFolder } from "./run-larder.js"

const fixture = join(packageFolder, "test/fixtures/servers.config.mjs")

/** Starts the built command. */
function start(...words: readonly string[]) {
  const child = spawn(process.execPath, [join(packageFolder, "dist/bin.js"), ...words], { cwd: packageFolder })
  onTestFinished(() => void child.kill("SIGKILL"))
  return { child, errors: text(child.stderr), ended: once(child, "close") }
}

const watch = ["stats", "--watch", "--interval", "0.05", "--json", "--url", "dummy:"]

describe("larder stats --watch", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("exits with 0 at %s, after a complete line", async (signal) => {
    const { child, errors, ended } = start(...watch)
    const lines: string[] = []
    for await (const line of createInterface(child.stdout)) {
      lines.push(line)
      if (lines.length === 2) child.kill(signal)
    }
    expect(await ended).toEqual([0, null])
    expect(await errors).toBe("")
    expect(lines.length).toBeGreaterThanOrEqual(2)
    for (const line of lines) expect(JSON.parse(line)).toMatchObject([{ cache: "dummy:", ok: true }])
  })

  it("exits quietly if the reader is gone", async () => {
    const { child, errors, ended } = start(...watch)
    await once(child.stdout, "data")
    child.stdout.destroy()
    expect(await ended).toEqual([0, null])
    expect(await errors).toBe("")
  })
})

describe("larder bench", () => {
  it("removes its entries when it is interrupted", async () => {
    const entries = new BenchEntries("larder-cli-test-apart")
    await entries.remove()
    const { child, errors, ended } = start("bench", "apart", "--config", fixture, "--seconds", "3600")
    await expect.poll(() => entries.count()).toBe(464)
    child.kill("SIGINT")
    expect(await ended).toEqual([1, null])
    expect(await errors).toBe("larder: interrupted before the measurement was complete\n")
    expect(await entries.count()).toBe(0)
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { openHome } from "./home.mjs"
import { observeFolder } from "./observed-folder.mjs"
import { prepare, startServer, until } from "./server.mjs"

/** @type {import("./observed-folder.mjs").ObservedFolder} */
let observed

beforeEach(() => {
  observed = observeFolder()
  vi.stubEnv("TMPDIR", observed.path)
})

afterEach(() => {
  expect(observed.remains()).toEqual({ folders: [], processes: [] })
  vi.unstubAllEnvs()
  observed.remove()
})

describe("startServer", () => {
  it("shows the log of a server that exits before it answers", async () => {
    const start = startServer({
      home: openHome("probe"),
      program: process.execPath,
      args: ["-e", 'console.error("no memory left"); process.exitCode = 4'],
      answers: async () => false,
    })
    await expect(start).rejects.toThrow(/ended with exit code 4\. It wrote:\nno memory left\n/)
  })

  it("stops a server with an invalid reply, and shows its log", async () => {
    const start = startServer({
      home: openHome("probe"),
      program: process.execPath,
      args: ["-e", "setInterval(() => {}, 1000)"],
      answers: () => Promise.reject(new Error("Redis answered with garbage")),
    })
    await expect(start).rejects.toThrow("Redis answered with garbage. It wrote:\n")
  })
})

describe("prepare", () => {
  it("shows the output of a failed preparation", async () => {
    const home = openHome("probe")
    const preparation = prepare(home, process.execPath, ["-e", 'console.log("disk full"); process.exitCode = 2'])
    await expect(preparation).rejects.toThrow(/ended with exit code 2\. It wrote:\ndisk full\n/)
  })
})

describe("until", () => {
  it("polls until the condition is true", async () => {
    const answers = [false, false, true]
    await until(async () => answers.shift() ?? false, "a yes")
    expect(answers).toEqual([])
  })

  it("reports what it waited for, and how long", async () => {
    await expect(until(async () => false, "a yes", 1)).rejects.toThrow("No sign of a yes within 0.001 s")
  })
})

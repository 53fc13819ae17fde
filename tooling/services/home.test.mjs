import { spawn } from "node:child_process"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { openHome } from "./home.mjs"
import { observeFolder } from "./observed-folder.mjs"
import { until } from "./server.mjs"

const nothing = { folders: [], processes: [] }
const node = process.execPath

/** @type {import("./observed-folder.mjs").ObservedFolder} */
let observed

beforeEach(() => {
  observed = observeFolder()
  vi.stubEnv("TMPDIR", observed.path)
})

afterEach(() => {
  vi.unstubAllEnvs()
  observed.remove()
})

describe("openHome", () => {
  it("stops its process and its children, and removes the folder", async () => {
    const home = openHome("probe")
    const sleeper = "sleep 60 & echo ready; wait"
    const resident = home.run("sh", ["-c", sleeper, home.folder])
    await until(async () => resident.log() === "ready\n", "the process")
    await home.stop()
    // Its streams do not end while a child has them open.
    expect(await resident.ended).toBe("was ended by SIGKILL")
    expect(observed.remains()).toEqual(nothing)
  })

  it("can be stopped twice, and without a process", async () => {
    const home = openHome("probe")
    await Promise.all([home.stop(), home.stop()])
    await home.stop()
    expect(observed.remains()).toEqual(nothing)
  })

  it("sends the given signal", async () => {
    const home = openHome("probe")
    const resident = home.run("sleep", ["60"], "QUIT")
    await home.stop()
    expect(await resident.ended).toBe("was ended by SIGQUIT")
  })

  it("reports the exit code and the output of a process that exits, and keeps the folder", async () => {
    const home = openHome("probe")
    writeFileSync(join(home.folder, "result"), "")
    const resident = home.run(node, ["-e", 'console.log("out"); console.error("err"); process.exitCode = 3'])
    expect(await resident.ended).toBe("ended with exit code 3")
    expect(resident.log().split("\n").sort()).toEqual(["", "err", "out"])
    expect(existsSync(join(home.folder, "result"))).toBe(true)
    await home.stop()
    expect(observed.remains()).toEqual(nothing)
  })

  it("reports a missing program", async () => {
    const home = openHome("probe")
    const resident = home.run("larder-no-such-program", [])
    expect(await resident.ended).toBe("ended with exit code 127")
    expect(resident.log()).toMatch(/larder-no-such-program.*not found/)
    await home.stop()
    expect(observed.remains()).toEqual(nothing)
  })

  it("keeps the end of a long log", async () => {
    const home = openHome("probe")
    const resident = home.run(node, ["-e", 'console.log("x".repeat(1e6)); console.log("the end")'])
    await resident.ended
    expect(resident.log()).toHaveLength(64 * 1024)
    expect(resident.log()).toMatch(/the end\n$/)
    await home.stop()
  })
})

describe("the servers of a process that is interrupted", () => {
  /**
   * @param {readonly string[]} names
   * @param {"pipe" | "ignore"} output
   */
  function startServices(names, output) {
    const main = fileURLToPath(new URL("./main.mjs", import.meta.url))
    const env = { PATH: process.env.PATH, TMPDIR: observed.path }
    return spawn(node, [main, ...names], { env, stdio: ["ignore", output, "ignore"] })
  }

  async function expectNothingLeft() {
    await until(async () => observed.remains().folders.length === 0, "an empty folder")
    await until(async () => observed.remains().processes.length === 0, "the end of every process")
  }

  it.each(
    /** @type {const} */ ([
      ["SIGINT", ["redis"]],
      ["SIGTERM", ["memcached"]],
      ["SIGKILL", ["redis", "postgres"]],
    ]),
  )("are gone after %s", async (signal, names) => {
    const parent = startServices(names, "pipe")
    let output = ""
    for await (const text of parent.stdout?.setEncoding("utf8") ?? []) {
      output += text
      if (output.split("\n").length > names.length) parent.kill(signal)
    }
    expect(output.trim().split("\n")).toEqual(names.map(() => expect.stringMatching(/^export [A-Z_]+="\w+:.*"$/)))
    await expectNothingLeft()
  })

  it("are stopped while they are being prepared", async () => {
    const parent = startServices(["mariadb"], "ignore")
    const isPreparing = (/** @type {string} */ command) => command.includes("--bootstrap")
    await until(async () => observed.remains().processes.some(isPreparing), "a preparation")
    parent.kill("SIGKILL")
    await expectNothingLeft()
  })
})

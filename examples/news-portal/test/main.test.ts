import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { fileURLToPath } from "node:url"
import { afterEach, beforeAll, describe, expect, it } from "vitest"

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url))
const children: ChildProcess[] = []

/** Starts the program and collects what it says. */
function run(args: readonly string[], environment: Record<string, string> = {}) {
  const { CACHE_URL: _, ...inherited } = process.env
  const child = spawn(process.execPath, [main, ...args], { env: { ...inherited, ...environment } })
  children.push(child)
  const output = { out: "", error: "" }
  child.stdout.on("data", (chunk) => {
    output.out += chunk
  })
  child.stderr.on("data", (chunk) => {
    output.error += chunk
  })
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, ...output }))
  return { child, output, ended }
}

async function addressOf({ child, output }: ReturnType<typeof run>): Promise<string> {
  for (;;) {
    const address = /http:\S+/.exec(output.out)?.[0]
    if (address !== undefined) return address
    await once(child.stdout ?? child, "data")
  }
}

describe("node dist/main.js", { timeout: 30_000 }, () => {
  beforeAll(() => {
    if (!existsSync(main)) throw new Error(`${main} is missing: build the portal first (npm run build)`)
  })

  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL")
  })

  it.each(["SIGINT", "SIGTERM"] as const)("serves until %s, and ends in peace", async (signal) => {
    const program = run(["--port", "0"])
    const response = await fetch(`${await addressOf(program)}/archive`)
    expect(response.status).toBe(200)
    program.child.kill(signal)
    expect(await program.ended).toMatchObject({ code: 0, error: "" })
  })

  it("says in one sentence that the port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1")
    await once(server, "listening")
    const { port } = server.address() as AddressInfo
    const { code, error } = await run(["--port", String(port)]).ended
    server.close()
    expect({ code, error }).toEqual({
      code: 1,
      error: `Port ${port} of 127.0.0.1 is taken; choose another one with --port.\n`,
    })
  })

  it.each([
    [["--port", "http"], '--port is a number from 0 to 65535; got "http".'],
    [["--port", "70000"], '--port is a number from 0 to 65535; got "70000".'],
    [["--prot", "1"], "Unknown option '--prot'"],
    [["3000"], "Unexpected argument '3000'"],
  ])("explains the arguments %j", async (args, explanation) => {
    const { code, error } = await run(args).ended
    expect(code).toBe(1)
    expect(error).toContain(explanation)
    expect(error).toContain("Usage:")
    expect(error.trim().split("\n")).toHaveLength(1)
  })

  it.each([
    "nonsense://cache",
    "cache",
    "file:",
    "redis://127.0.0.1:1",
    "postgres://news@127.0.0.1:1/news",
    `${new URL("../package.json/cache", import.meta.url)}`,
  ])("says in one sentence that CACHE_URL=%s cannot be used", async (url) => {
    const { code, error } = await run(["--port", "0"], { CACHE_URL: url }).ended
    expect(code).toBe(1)
    expect(error).toMatch(/^CACHE_URL cannot be used: /)
    expect(error.trim().split("\n")).toHaveLength(1)
  })
})

import { once } from "node:events"
import { Agent, get, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { afterEach, describe, expect, it } from "vitest"
import { Program } from "./program.js"

const programs: Program[] = []

function run(args: readonly string[], environment: Record<string, string> = {}): Program {
  const program = Program.built("main", args, environment)
  programs.push(program)
  return program
}

/** The head of the answer. Without an agent, on a connection of its own. */
async function headOf(url: string, agent: Agent | false = false): Promise<IncomingMessage> {
  const [response] = (await once(get(url, { agent }), "response")) as [IncomingMessage]
  response.resume()
  await once(response, "end")
  return response
}

describe("node dist/main.js", () => {
  afterEach(() => {
    for (const { child } of programs.splice(0)) child.kill("SIGKILL")
  })

  it.each(["SIGINT", "SIGTERM"] as const)("serves until %s, and ends in peace", async (signal) => {
    const program = run(["--port", "0"])
    const response = await fetch(`${await program.address()}/archive`)
    expect(response.status).toBe(200)
    program.child.kill(signal)
    expect(await program.ended).toMatchObject({ code: 0, error: "" })
  })

  it("answers what an open connection still sends at its end, and says that it closes", async () => {
    const program = run(["--port", "0"])
    const address = await program.address()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    expect((await headOf(`${address}/archive`, agent)).headers.connection).toBe("keep-alive")
    program.child.kill("SIGTERM")
    // From then on, it accepts no other connections.
    while (await headOf(`${address}/assets/icon.svg`).catch(() => undefined));
    const { statusCode, headers } = await headOf(`${address}/archive`, agent)
    expect({ statusCode, connection: headers.connection }).toEqual({ statusCode: 200, connection: "close" })
    expect(await program.ended).toMatchObject({ code: 0, error: "" })
  })

  it("keeps the whole site with CACHE_SITE=1", async () => {
    const program = run(["--port", "0"], { CACHE_SITE: "1" })
    const address = await program.address()
    const found: unknown[] = []
    for (let time = 0; time < 2; time++) {
      found.push((await fetch(`${address}/archive`)).headers.get("cache-status")?.split(";")[1])
    }
    expect(found).toEqual([" fwd=uri-miss", " hit"])
    expect(program.out).toContain("the whole site by cacheSite")
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
    [["--port", "http"], {}, '--port is a number from 0 to 65535; got "http".'],
    [["--port", "70000"], {}, '--port is a number from 0 to 65535; got "70000".'],
    [["--prot", "1"], {}, "Unknown option '--prot'"],
    [["3000"], {}, "Unexpected argument '3000'"],
    [[], { CACHE_SITE: "yes" }, 'CACHE_SITE is 1 for the whole site or 0; got "yes".'],
  ])("explains the arguments %j and the environment %j", async (args, environment, explanation) => {
    const { code, error } = await run(args, environment).ended
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
    "memcached://127.0.0.1:1",
    "postgres://news@127.0.0.1:1/news",
    "mysql://news@127.0.0.1:1/news",
    "sqlite:/no/such/folder/news.db",
    `${new URL("../package.json/cache", import.meta.url)}`,
  ])("says in one sentence that CACHE_URL=%s cannot be used", async (url) => {
    const { code, error } = await run(["--port", "0"], { CACHE_URL: url }).ended
    expect(code).toBe(1)
    expect(error).toMatch(/^CACHE_URL cannot be used: /)
    expect(error.trim().split("\n")).toHaveLength(1)
  })
})

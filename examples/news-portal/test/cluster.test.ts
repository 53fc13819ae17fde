import { setTimeout as wait } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { afterEach, describe, expect, it } from "vitest"
import { Program } from "./program.js"

// Its Redis is not that of REDIS_URL, whose mention here has the program installed.

const command = fileURLToPath(new URL("../../../tooling/bootstrap/portal-cluster-start.mjs", import.meta.url))
const node = process.execPath
const programs: Program[] = []

/** The command, with a Redis of its own: in a shell, as npm starts it, or by itself. */
function run({ shell = true } = {}): Program {
  const [program, args] = shell ? ["sh", ["-c", '"$NODE" "$COMMAND" --port 0; exit']] : [node, [command, "--port", "0"]]
  const environment = { NODE: node, COMMAND: command, npm_lifecycle_event: "portal:cluster", REDIS_URL: undefined }
  const started = new Program(program, args, { environment, group: true })
  programs.push(started)
  return started
}

/** Sends a signal to all processes of a group; false when there are none. */
function signalGroup({ child }: Program, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-(child.pid as number), signal)
  } catch {
    return false
  }
}

async function answers(address: string): Promise<boolean> {
  return fetch(address).then(
    () => true,
    // What is no HTTP, such as a Redis, answers all the same.
    (error: { cause?: NodeJS.ErrnoException }) => error.cause?.code !== "ECONNREFUSED",
  )
}

/** Resolves when nothing is left of a cluster. */
async function isGone(program: Program, addresses: readonly string[]): Promise<void> {
  await program.ended
  while (signalGroup(program, 0)) await wait(50)
  for (const address of addresses) while (await answers(address)) await wait(50)
}

describe("npm run portal:cluster, when it is built", () => {
  afterEach(() => {
    for (const program of programs.splice(0)) signalGroup(program, "SIGKILL")
  })

  it("shows on every server at once what one of them published, and nothing is left after Ctrl+C", async () => {
    const program = run()
    const [proxy = "", ...servers] = await program.addresses(4)
    const redis = /redis:\/\/\S+/.exec(program.out)?.[0].replace("redis:", "http:") ?? ""
    const pages = ["/president/andrew-johnson", "/article/1866-andrew-johnson", "/article/1865-andrew-johnson"]
    const visits = servers.flatMap((server) => pages.map((page) => server + page))
    const read = async (visit: string) => (await fetch(visit)).text()
    for (const visit of [...visits, ...visits]) await read(visit)
    const headline = "Reconstruction as seen from three servers"
    const published = await fetch(`${proxy}/article/1866-andrew-johnson/correction`, {
      method: "POST",
      redirect: "manual",
      headers: { origin: proxy },
      body: new URLSearchParams({ headline, summary: "Long enough to be a summary." }),
    })
    expect(published.status).toBe(303)
    for (const visit of visits) expect(await read(visit), visit).toContain(headline)
    const turns = new Set<string | null>()
    for (let time = 0; time < servers.length; time++) {
      const answer = await fetch(`${proxy}/president/andrew-johnson`)
      expect(await answer.text()).toContain(headline)
      turns.add(answer.headers.get("x-served-by"))
    }
    expect(turns).toEqual(new Set(servers))

    expect(await answers(redis)).toBe(true)
    signalGroup(program, "SIGINT")
    await isGone(program, [proxy, ...servers, redis])
    expect(program.error).toBe("")
  })

  it.each([
    ["its shell", true],
    ["it", false],
  ])("leaves nothing when %s is killed", async (_, shell) => {
    const program = run({ shell })
    const addresses = await program.addresses(4)
    program.child.kill("SIGKILL")
    await isGone(program, addresses)
    expect(program.error).toBe("")
  })
})

describe("node dist/cluster.js", () => {
  it.each([
    [{}, [], "CACHE_URL names the store that the servers share."],
    [{ CACHE_URL: "redis://h" }, ["--servers", "0"], '--servers is a number from 1 to 64; got "0".'],
    [{ CACHE_URL: "redis://127.0.0.1:1" }, ["--port", "0"], "CACHE_URL cannot be used: "],
  ])("says what is wrong with %j and %j", async (environment, args, explanation) => {
    const { code, error } = await Program.built("cluster", args, environment).ended
    expect(code).toBe(1)
    expect(error).toContain(explanation)
    expect(error.match(/CACHE_URL cannot be used/g)?.length ?? 0).toBeLessThanOrEqual(1)
  })

  it("ends with exit code 0 where it is asked to stop", async () => {
    const program = Program.built("cluster", ["--port", "0", "--servers", "1"], { CACHE_URL: "locmem:" })
    const [proxy = ""] = await program.addresses(2)
    expect((await fetch(`${proxy}/archive`)).status).toBe(200)
    program.child.kill("SIGTERM")
    expect(await program.ended).toMatchObject({ code: 0, error: "" })
  })
})

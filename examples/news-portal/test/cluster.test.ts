import { fileURLToPath } from "node:url"
import { afterEach, describe, expect, it } from "vitest"
import { Program } from "./program.js"

// Its Redis is not that of REDIS_URL, whose mention here has the program installed.

const repository = fileURLToPath(new URL("../../..", import.meta.url))
const programs: Program[] = []

/** The command, in a process group of its own, with a Redis of its own. */
function runCommand(): Program {
  const args = ["run", "--silent", "portal:cluster", "--prefix", repository, "--", "--port", "0"]
  const program = new Program("npm", args, { environment: { REDIS_URL: undefined }, group: true })
  programs.push(program)
  return program
}

async function isThere(address: string): Promise<boolean> {
  return fetch(address).then(
    () => true,
    () => false,
  )
}

/** Sends a signal to all processes of a group; false when there are none. */
function signalGroup({ child }: Program, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-(child.pid as number), signal)
  } catch {
    return false
  }
}

describe("npm run portal:cluster", { timeout: 180_000 }, () => {
  afterEach(() => {
    for (const program of programs.splice(0)) signalGroup(program, "SIGKILL")
  })

  it("shows on every server at once what one of them published, and is gone after Ctrl+C", async () => {
    const program = runCommand()
    const [proxy = "", ...servers] = await program.addresses(4)
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

    signalGroup(program, "SIGINT")
    expect(await program.ended).toMatchObject({ code: 0, error: "" })
    expect(await Promise.all([proxy, ...servers].map(isThere))).toEqual([false, false, false, false])
    expect(signalGroup(program, 0)).toBe(false)
  })
})

describe("node dist/cluster.js", () => {
  it("says what it needs", async () => {
    const { code, error } = await Program.built("cluster", []).ended
    expect({ code, error }).toEqual({ code: 1, error: expect.stringContaining("CACHE_URL names the store") })
    expect(error.trim().split("\n")).toHaveLength(1)
  })
})

import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { addressOf } from "@larder/services/address"
import { afterEach, beforeAll, describe, expect, it } from "vitest"
import { openCaches } from "../src/caches.js"

const program = fileURLToPath(new URL("../dist/cluster.js", import.meta.url))
const children: ChildProcess[] = []

/** Starts the cluster; its address and those of its servers. */
async function run(environment: Record<string, string>): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, "--port", "0"], { env: { ...process.env, ...environment } })
  children.push(child)
  let output = ""
  let addresses: readonly string[] = []
  while (addresses.length < 4) {
    const [chunk] = await once(child.stdout, "data")
    output += String(chunk)
    addresses = output.match(/http:[^\s,.]+(?:\.\d+)*:\d+/g) ?? []
  }
  return addresses
}

describe("node dist/cluster.js", { timeout: 120_000 }, () => {
  beforeAll(() => {
    if (!existsSync(program)) throw new Error(`${program} is missing: build the portal first (npm run build)`)
  })

  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill("SIGTERM")
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit")
    }
  })

  it("shows on every server at once what one of them published", async () => {
    const url = addressOf("REDIS_URL")
    await using caches = await openCaches(url)
    for (const alias of caches.aliases) await caches.use(alias).clear()
    const [proxy = "", ...servers] = await run({ CACHE_URL: url })
    const pages = ["/president/andrew-johnson", "/article/1866-andrew-johnson", "/article/1865-andrew-johnson"]
    const visits = servers.flatMap((server) => pages.map((page) => server + page))
    // As the visitors of the proxy, so that all servers name the pages alike.
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
    for (const alias of caches.aliases) await caches.use(alias).clear()
  })

  it("says what it needs", async () => {
    const child = spawn(process.execPath, [program], { env: { ...process.env, CACHE_URL: "" } })
    children.push(child)
    let error = ""
    child.stderr.on("data", (chunk) => {
      error += chunk
    })
    const [code] = await once(child, "close")
    expect({ code, error }).toEqual({ code: 1, error: expect.stringContaining("CACHE_URL names the store") })
  })
})

import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, it, onTestFinished } from "vitest"
import { Crowd } from "./crowd.js"
import { OwnRedis } from "./own-redis.js"

// Its Redis is not that of REDIS_URL, whose mention here has the program installed.

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url))
const paths = [
  "/",
  "/archive",
  "/article/1862-abraham-lincoln",
  "/president/grover-cleveland",
  "/party/republican?page=2",
  "/search?q=panama+canal",
]
const visitors = 4

/**
 * Milliseconds within which the cache must be of use again. It is seconds until the store is found again; computing all
 * that a store forgot takes a busy machine many more.
 */
const recovery = 60_000

/** Starts the program; answers when it serves. */
async function serve(cacheUrl: string) {
  if (!existsSync(main)) throw new Error(`${main} is missing: build the portal first (npm run build)`)
  const child = spawn(process.execPath, [main, "--port", "0"], { env: { ...process.env, CACHE_URL: cacheUrl } })
  onTestFinished(() => void child.kill("SIGKILL"))
  const said = { out: "", error: "" }
  child.stdout.on("data", (chunk) => {
    said.out += chunk
  })
  child.stderr.on("data", (chunk) => {
    said.error += chunk
  })
  for (;;) {
    const address = /http:\S+/.exec(said.out)?.[0]
    if (address !== undefined) return { child, said, address }
    await Promise.race([once(child.stdout, "data"), failsOnEnd(child)])
  }
}

async function failsOnEnd(child: ChildProcess): Promise<never> {
  const [code] = await once(child, "exit")
  throw new Error(`The portal ended with code ${code}`)
}

it("serves every page in time while its Redis is killed, paused and brought back", { timeout: 600_000 }, async () => {
  const redis = await OwnRedis.start()
  onTestFinished(() => redis.remove())
  const { child, said, address } = await serve(redis.url)
  const crowd = new Crowd(address, paths, visitors)
  await crowd.findsEverything(recovery)

  await redis.kill()
  await crowd.reads(2 * visitors)
  await redis.start()
  await crowd.findsEverything(recovery)

  redis.pause()
  await crowd.reads(2 * visitors)
  redis.resume()
  await crowd.findsEverything(recovery)

  await redis.kill()
  await crowd.goHome()
  expect(crowd.complaints).toEqual([])
  // Warnings, and no error.
  const lines = said.error.trim().split("\n")
  expect(lines.filter((line) => !/\[LARDER_OUTAGE\]|--trace-warnings/.test(line))).toEqual([])
  expect(lines.length).toBeGreaterThan(0)

  const ended = once(child, "exit")
  child.kill("SIGTERM")
  expect(await ended).toEqual([0, null])
})

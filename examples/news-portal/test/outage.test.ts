import { expect, it, onTestFinished } from "vitest"
import { Crowd } from "./crowd.js"
import { OwnRedis } from "./own-redis.js"
import { Program } from "./program.js"

// Its Redis is not that of REDIS_URL, whose mention here has the program installed.

const paths = [
  "/",
  "/article/1862-abraham-lincoln",
  "/president/grover-cleveland",
  "/article/1962-john-f-kennedy",
  "/search?q=panama+canal",
  "/article/1790-george-washington",
  "/party/republican?page=2",
  "/article/2021-joseph-r-biden",
  "/archive",
]
const visitors = 16

/**
 * Milliseconds that a page may take: all of it is made anew for each visitor while the store is away, and none may wait
 * for the store more than the one second of an operation.
 */
const deadline = 60_000

/** Milliseconds within which nine of ten reads must hit again. */
const recovery = 60_000

it("serves every page in time while its Redis is killed, paused and brought back", { timeout: 600_000 }, async () => {
  const redis = await OwnRedis.start()
  onTestFinished(() => redis.remove())
  const program = Program.built("main", ["--port", "0"], { CACHE_URL: redis.url })
  onTestFinished(() => void program.child.kill("SIGKILL"))
  const address = await program.address()
  // What the texts hold takes a busy machine long to find out, once, and is no matter of the store.
  for (const path of paths) await fetch(address + path)
  const crowd = new Crowd(address, { paths, visitors, deadline })
  onTestFinished(() => crowd.goHome())
  await crowd.findsEverything(recovery)

  await redis.kill()
  await crowd.reads(3)
  await redis.start()
  await crowd.findsEverything(recovery)

  redis.pause()
  await crowd.reads(3)
  redis.resume()
  await crowd.findsEverything(recovery)

  await redis.kill()
  await crowd.goHome()

  // An editor's words are not lost: the form comes back with them.
  const form = new URLSearchParams({ headline: "Written while the store is down", summary: "A summary long enough." })
  const answer = await fetch(`${address}/article/1862-abraham-lincoln/correction`, {
    method: "POST",
    headers: { origin: address },
    body: form,
  })
  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain("Written while the store is down")
  expect(crowd.complaints.join("\n")).toBe("")

  program.child.kill("SIGTERM")
  const { code, error } = await program.ended
  expect(code).toBe(0)
  // Warnings, and no error but the editor's.
  const lines = error.trim().split("\n")
  expect(
    lines.filter((line) => !/\[LARDER_OUTAGE\]|--trace-warnings|The correction was not kept: /.test(line)),
  ).toEqual([])
  expect(lines.length).toBeGreaterThan(0)
})

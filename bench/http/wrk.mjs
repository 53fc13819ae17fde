import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const run = promisify(execFile)
const script = fileURLToPath(new URL("wrk.lua", import.meta.url))
const connections = 32

/**
 * Generates load with wrk, and returns the number of requests and the seconds that they took. A JavaScript client would take
 * longer to send a request than a page cache to answer it. Without `pages` all requests are for "/".
 */
export async function load(port, { seconds, pages }) {
  const options = ["--threads", "1", "--connections", `${connections}`, "--duration", `${seconds}s`, "--script", script]
  const random = pages === undefined ? [] : [`${pages}`, `${Math.floor(Math.random() * 2 ** 31)}`]
  const { stdout } = await start([...options, `http://127.0.0.1:${port}/`, "--", ...random])
  const { requests, microseconds, failed } = JSON.parse(stdout.trimEnd().split("\n").at(-1))
  if (failed > 0) throw new Error(`${failed} of ${requests} requests failed`)
  return { requests, seconds: microseconds / 1_000_000 }
}

async function start(options) {
  try {
    return await run("wrk", options)
  } catch (error) {
    if (error.code !== "ENOENT") throw error
    throw new Error("wrk, which generates the load, is missing. Install it (on Debian: apt-get install wrk).")
  }
}

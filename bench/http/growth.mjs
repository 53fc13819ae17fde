import { Agent, get } from "node:http"
import { Serving } from "./serving.mjs"

const name = "node:http, Larder"

/** Memory a stored page, and the cost of a hit, with so many pages in the store. */
export async function measureGrowth(counts) {
  const measured = []
  for (const pages of counts) {
    const serving = await Serving.start(name)
    try {
      const paths = Array.from({ length: pages }, (_, index) => `/${index}`)
      const before = await serving.usage()
      await fill(serving.port, paths)
      const after = await serving.usage()
      // As many different ones as the client can list, spread over all.
      const asked = paths.filter((_, index) => index % Math.max(1, Math.floor(pages / 1_000)) === 0)
      await serving.load({ seconds: 2, paths: asked })
      const { microseconds } = await serving.load({ seconds: 3, paths: asked })
      measured.push({ pages, bytes: (after.bytes - before.bytes) / pages, microseconds })
    } finally {
      serving.stop()
    }
  }
  return measured
}

/** Asks for each path once, some at a time. */
async function fill(port, paths) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const left = paths.values()
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      for (const path of left) await ask({ agent, host: "127.0.0.1", port, path })
    }),
  )
  agent.destroy()
}

function ask(options) {
  return new Promise((resolve, reject) => {
    get(options, (response) => response.resume().once("end", resolve)).once("error", reject)
  })
}

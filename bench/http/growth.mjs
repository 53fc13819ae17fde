import { Agent } from "node:http"
import { Serving } from "./serving.mjs"

const name = "node:http, Larder"
/** Pages that are stored before those that are measured: what a server takes when it first works is no part of a page. */
const warmUp = 200
/** Of fewer pages the memory cannot be told from what a heap gains and loses by itself. */
const fewestWeighed = 1_000

/** Memory a stored page, and the cost of a hit at any of them, with so many pages in the store. */
export async function measureGrowth(counts) {
  const measured = []
  for (const pages of counts) {
    const serving = await Serving.start(name)
    try {
      await fill(serving, "/warm-up/", warmUp)
      const before = await serving.usage()
      await fill(serving, "/", pages)
      const after = await serving.usage()
      const nextPath = () => `/${Math.floor(Math.random() * pages)}`
      await serving.load({ seconds: 2, nextPath })
      const { microseconds } = await serving.load({ seconds: 3, nextPath })
      await checkHit(serving, nextPath())
      const bytes = pages < fewestWeighed ? null : (after.bytes - before.bytes) / pages
      measured.push({ pages, bytes, microseconds })
    } finally {
      serving.stop()
    }
  }
  return measured
}

/** Asks for each page once, some at a time. */
async function fill(serving, folder, pages) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  let next = 0
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (next < pages) await serving.ask(`${folder}${next++}`, agent)
    }),
  )
  agent.destroy()
}

/** A page that the store had no room for would be rendered, which is another cost. */
async function checkHit(serving, path) {
  const { headers } = await serving.ask(path)
  if (!headers["cache-status"].includes("; hit")) throw new Error(`${path} is not in the store any more`)
}

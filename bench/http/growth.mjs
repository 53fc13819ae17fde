import { Agent } from "node:http"
import { Serving } from "./serving.mjs"
import { median, spreadOf } from "./spread.mjs"

/** Pages that are stored before those that are measured: what a server takes when it first works is no part of a page. */
const warmUp = 200
/** Of fewer pages the memory cannot be told from what a heap gains and loses by itself. */
const fewestWeighed = 1_000
const rounds = 6
const seconds = 1

/**
 * Memory a stored page, and the cost of a hit at any of them, with so many pages in the store; beside it the cost where a
 * bare handler has as many pages in a Map.
 */
export async function measureGrowth(counts) {
  const measured = []
  for (const pages of counts) {
    const [larder, bare] = [await Serving.start("node:http, Larder"), await Serving.start("barePages")]
    try {
      const bytes = await weigh(larder, pages)
      await fill(bare, "/", pages)
      measured.push({ pages, bytes: pages < fewestWeighed ? null : bytes, ...(await costOfHits(larder, bare, pages)) })
    } finally {
      larder.stop()
      bare.stop()
    }
  }
  return measured
}

/** Stores the pages, and answers how many bytes each takes. */
async function weigh(serving, pages) {
  await fill(serving, "/warm-up/", warmUp)
  const before = await serving.memory()
  await fill(serving, "/", pages)
  const after = await serving.memory()
  return (after.bytes - before.bytes) / pages
}

/** Microseconds a hit at any of the pages, in turn with the bare ones; the first round warms up. */
async function costOfHits(larder, bare, pages) {
  const loads = []
  for (let round = 0; round <= rounds; round++) {
    const ours = await larder.load({ seconds, pages })
    const theirs = await bare.load({ seconds, pages })
    if (round > 0) loads.push([ours.microseconds, theirs.microseconds])
  }
  await checkHit(larder, `/${pages - 1}`)
  return {
    microseconds: median(loads.map(([ours]) => ours)),
    bareMicroseconds: median(loads.map(([, theirs]) => theirs)),
    ofBare: spreadOf(loads.map(([ours, theirs]) => ours / theirs)),
  }
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

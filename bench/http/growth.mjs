import { Agent } from "node:http"
import { Serving } from "./serving.mjs"
import { median, spreadOf } from "./spread.mjs"

/** Number of pages stored before the measured ones, so that the memory of a server's warm-up is not attributed to pages. */
const warmUp = 200
/** The memory of fewer pages is lost in the fluctuations of the heap. */
const fewestWeighed = 1_000
const rounds = 6
const seconds = 1

/**
 * For each number of stored pages: the memory per page, and the cost of a hit of a random page, for comparison also with a
 * bare handler that has as many pages in a Map.
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

/** Stores the pages and returns how many bytes each takes. */
async function weigh(serving, pages) {
  await fill(serving, "/warm-up/", warmUp)
  const before = await serving.memory()
  await fill(serving, "/", pages)
  const after = await serving.memory()
  return (after.bytes - before.bytes) / pages
}

/** Microseconds per hit of a random page, in turn with the bare handler. The first round is warm-up. */
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

/** Requests each page once, 32 at a time. */
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

/** Throws if the page was evicted: it would have been rendered, which costs something else. */
async function checkHit(serving, path) {
  const { headers } = await serving.ask(path)
  if (!headers["cache-status"].includes("; hit")) throw new Error(`${path} is not in the store any more`)
}

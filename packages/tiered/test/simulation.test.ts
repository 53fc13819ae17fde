import { randomUUID } from "node:crypto"
import { RedisBackend } from "@larder/redis"
import { expect, it, onTestFinished } from "vitest"
import { simulate, stalenessOf } from "./simulation.js"
import { server, url } from "./test-server.js"

const nearTtl = 400
/** The resolution of both stores, and how long a busy machine may stop a process between two looks at its clock. */
const allowance = 2 + 100

it("no process reads a value that was replaced longer ago than nearTtl, whatever happens to the bus and the store", async () => {
  const keyPrefix = `simulation-${randomUUID()}`
  const channel = keyPrefix
  onTestFinished(async () => {
    const backend = new RedisBackend({ url })
    await backend.clear(`${keyPrefix}:`)
    await backend.close()
  })
  const { SIMULATION_SEED, SIMULATION_REPORT } = process.env
  const seed = Number(SIMULATION_SEED ?? 20_261_125)
  const history = await simulate({ url, server, channel, keyPrefix, nearTtl, seed, processes: 4, milliseconds: 4_000 })
  const reads = stalenessOf(history)
  const tooOld = reads.filter(({ staleness }) => staleness > nearTtl + allowance)
  expect(tooOld).toEqual([])
  // The same look finds what is old at all: there was a bound to keep.
  expect(reads.filter(({ staleness }) => staleness > 0).length).toBeGreaterThan(0)
  expect(history.written.length).toBeGreaterThan(20)
  if (SIMULATION_REPORT !== undefined) {
    const stale = reads.map(({ staleness }) => staleness).filter((one) => one > 0)
    const oldest = stale.reduce((one, other) => Math.max(one, other), 0)
    console.log({
      reads: reads.length,
      stale: stale.length,
      oldest,
      writes: history.written.length,
      kills: history.kills,
    })
  }
})

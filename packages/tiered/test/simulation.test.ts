import { randomUUID } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { RedisBackend } from "@larder/redis"
import { describe, expect, it, onTestFinished } from "vitest"
import { type History, simulate, stalenessOf } from "./simulation.js"
import { server, url } from "./test-server.js"

const nearTtl = 400
/** The resolution of both stores, and how long a busy machine may stop a process between two looks at its clock. */
const allowance = 2 + 100

const { SIMULATION_SEED, SIMULATION_REPORT } = process.env

/** Fails if any process reads what was replaced or invalidated longer ago than the bound. */
function check(history: History): void {
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
}

describe("no process reads a value that was replaced, cleared or invalidated by tag longer ago than nearTtl", () => {
  const keyPrefix = `simulation-${randomUUID()}`
  const seed = Number(SIMULATION_SEED ?? 20_261_125)
  const options = { url, server, channel: keyPrefix, keyPrefix, nearTtl, seed, processes: 4, milliseconds: 4_000 }

  it("whatever happens to the bus and the store", async () => {
    onTestFinished(async () => {
      const backend = new RedisBackend({ url })
      await backend.clear(keyPrefix)
      await backend.close()
    })
    check(await simulate(options))
  })

  it("over files, without a bus", async () => {
    const directory = await mkdtemp(join(tmpdir(), "larder-simulation-"))
    onTestFinished(() => rm(directory, { recursive: true }))
    check(await simulate({ ...options, directory }))
  })
})

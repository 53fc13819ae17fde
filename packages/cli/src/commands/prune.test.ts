import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { describe, expect, it } from "vitest"
import { broken, failureOf, larder, plain, sharedMemory } from "../../test/run-larder.js"

/** A store of which pruning drops so many entries. */
function pruning(dropped: number) {
  return { backend: () => Object.assign(sharedMemory()(), { prune: async () => dropped }) }
}

describe("larder prune", () => {
  it("prunes all stores that can be, and passes over the others", async () => {
    expect(await larder({ one: pruning(1), none: pruning(0), redis: plain }, ["prune"])).toMatchObject({
      code: 0,
      out: ["one: 1 entry dropped", "none: 0 entries dropped"],
      error: [],
      progress: ["pruning one ...", "", "pruning none ...", ""],
    })
  })

  it("drops what has expired", async () => {
    let now = 1_000
    const store = Object.assign(new LocmemBackend({ now: () => now }), {
      capabilities: { shared: true, persistent: true, evicts: true, ttlResolution: 1 },
    })
    const cache = new Cache(store)
    await cache.setMany({ short: 1, shorter: 2 }, 10)
    await cache.set("long", 3, 1_000)
    now += 11_000
    const { out } = await larder({ default: { backend: () => store } }, ["prune", "default", "--json"])
    expect(out.map((line) => JSON.parse(line))).toEqual([[{ cache: "default", ok: true, dropped: 2 }]])
  })

  it("goes on after a failure", async () => {
    expect(await larder({ default: broken, two: pruning(2) }, ["prune"])).toMatchObject({
      code: 1,
      out: ["two: 2 entries dropped"],
      error: [`default: ${failureOf("prune")}`],
    })
  })

  it("says of a named store that cannot be pruned so, and of stores that all cannot", async () => {
    expect(await larder({ one: pruning(1), redis: plain }, ["prune", "redis"])).toMatchObject({
      code: 2,
      error: ["larder: redis: the plain backend has nothing to prune", "larder prune --help explains the command"],
    })
    expect(await larder({ a: plain, b: plain }, ["prune"])).toMatchObject({
      code: 2,
      error: [
        "larder: a: the plain backend has nothing to prune; b: the plain backend has nothing to prune",
        expect.anything(),
      ],
    })
  })
})

import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { describe, expect, it } from "vitest"
import { broken, failureOf, larder, plain, sharedMemory } from "../../test/run-larder.js"

/** Settings of a cache whose store drops so many entries. */
function pruning(dropped: number) {
  return { backend: () => Object.assign(sharedMemory()(), { prune: async () => dropped }) }
}

describe("larder prune", () => {
  it("prunes all stores that support it, and skips the others", async () => {
    expect(await larder({ one: pruning(1), none: pruning(0), redis: plain }, ["prune"])).toMatchObject({
      code: 0,
      out: ["one: 1 entry dropped", "none: 0 entries dropped"],
      error: [],
      progress: ["pruning one ...", "", "pruning none ...", ""],
    })
  })

  it("drops expired entries", async () => {
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

  it("continues after a failure, and removes its progress text", async () => {
    expect(await larder({ default: broken, two: pruning(2) }, ["prune"])).toMatchObject({
      code: 1,
      out: ["two: 2 entries dropped"],
      error: [`default: ${failureOf("prune")}`],
      progress: ["pruning default ...", "", "pruning two ...", ""],
    })
  })

  it("prunes nothing if one of the named stores cannot be pruned", async () => {
    expect(await larder({ one: pruning(1), redis: plain }, ["prune", "one", "redis"])).toMatchObject({
      code: 2,
      out: [],
      error: ["larder: redis: the plain backend has nothing to prune", expect.anything()],
      progress: [],
    })
  })

  it("rejects a named store that cannot be pruned, and a configuration with no others", async () => {
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

import { Cache } from "@larder/core"
import { describe, expect, it } from "vitest"
import { broken, failureOf, larder, plain, sharedMemory } from "../../test/run-larder.js"

const backend = sharedMemory()
const cache = new Cache(backend())
const settings = { default: { backend } }

describe("larder ttl", () => {
  it("prints when entries expire, and fails for missing entries", async () => {
    await cache.set("hour", 1, "90m")
    await cache.set("ever", 1, null)
    expect(await larder(settings, ["ttl", "hour", "ever", "none"])).toMatchObject({
      code: 1,
      out: [expect.stringMatching(/^hour: expires in 1h (29|30)m$/), "ever: never expires"],
      error: ["none: no entry"],
    })
  })

  it("prints JSON on one line", async () => {
    await cache.set("hour", 1, "1h")
    await cache.set("ever", 1, null)
    const { out } = await larder(settings, ["ttl", "hour", "ever", "none", "--json"])
    const [answers] = out.map((line) => JSON.parse(line))
    expect(answers).toEqual([
      { key: "hour", ok: true, found: true, seconds: expect.any(Number) },
      { key: "ever", ok: true, found: true, seconds: null },
      { key: "none", ok: false, found: false },
    ])
    expect(Math.round(answers[0].seconds / 60)).toBe(60)
  })

  it("fails if the store fails, and names a backend without ttl", async () => {
    expect(await larder({ default: broken }, ["ttl", "key"])).toMatchObject({
      code: 1,
      error: [`key: ${failureOf('ttl of "key"')}`],
    })
    expect(await larder({ default: plain }, ["ttl", "key"])).toMatchObject({
      code: 2,
      error: ["larder: ttl is not supported: the plain backend has no ttl", expect.anything()],
    })
    expect((await larder(settings, ["ttl"])).code).toBe(2)
  })
})

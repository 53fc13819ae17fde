import { Cache } from "@larder/core"
import { describe, expect, it } from "vitest"
import { broken, failureOf, larder, sharedMemory } from "../../test/run-larder.js"

const backend = sharedMemory()
const cache = new Cache(backend())
const settings = { default: { backend } }

describe("larder invalidate-tags", () => {
  it("turns entries with one of the tags into misses", async () => {
    await cache.set("one", 1, { tags: ["a"] })
    await cache.set("two", 2, { tags: ["b", "c"] })
    await cache.set("three", 3, { tags: ["d"] })
    expect(await larder(settings, ["invalidate-tags", "a", "b"])).toMatchObject({
      code: 0,
      out: ["default: invalidated a, b"],
      error: [],
    })
    expect([...(await cache.getMany(["one", "two", "three"])).keys()]).toEqual(["three"])
  })

  it("invalidates the tags of a namespace", async () => {
    const inner = cache.namespace("a")
    await cache.set("key", 1, { tags: ["t"] })
    await inner.set("key", 2, { tags: ["t"] })
    const { out } = await larder(settings, ["invalidate-tags", "t", "--namespace", "a", "--json"])
    expect(out.map((line) => JSON.parse(line))).toEqual([[{ cache: "default", ok: true, tags: ["t"] }]])
    expect([await cache.get("key"), await inner.get("key")]).toEqual([1, undefined])
  })

  it("fails if the store fails", async () => {
    expect(await larder({ default: broken }, ["invalidate-tags", "a"])).toMatchObject({
      code: 1,
      out: [],
      error: [`default: ${failureOf('invalidateTags of "a"')}`],
    })
  })

  it("refuses an empty tag, as of a variable that is not set", async () => {
    expect(await larder(settings, ["invalidate-tags", "a", ""])).toMatchObject({
      code: 2,
      error: ["larder: A tag is empty", "larder invalidate-tags --help explains the command"],
    })
  })

  it("requires a tag", async () => {
    expect(await larder(settings, ["invalidate-tags"])).toMatchObject({
      code: 2,
      error: ["larder: Pass at least one tag", "larder invalidate-tags --help explains the command"],
    })
  })
})

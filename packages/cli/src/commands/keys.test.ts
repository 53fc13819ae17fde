import { Cache } from "@larder/core"
import { beforeEach, describe, expect, it } from "vitest"
import { broken, failureOf, larder, plain, sharedMemory } from "../../test/run-larder.js"

const backend = sharedMemory()
const cache = new Cache(backend())
const settings = { default: { backend } }

beforeEach(async () => {
  await cache.clear()
  await cache.setMany({ "user:1": 1, "user:2": 2, page: 3 })
})

describe("larder keys", () => {
  it("prints all keys, or those with a prefix, one per line", async () => {
    const { code, out, error } = await larder(settings, ["keys"])
    expect({ code, error, keys: [...out].sort() }).toEqual({ code: 0, error: [], keys: ["page", "user:1", "user:2"] })
    expect([...(await larder(settings, ["keys", "user:"])).out].sort()).toEqual(["user:1", "user:2"])
    expect(await larder(settings, ["keys", "nobody"])).toMatchObject({ code: 0, out: [] })
  })

  it("prints the keys of a version and of a namespace", async () => {
    await cache.set("old", 1, { version: 7 })
    await cache.namespace("a").set("inner", 1)
    expect((await larder(settings, ["keys", "--key-version", "7"])).out).toEqual(["old"])
    expect((await larder(settings, ["keys", "--namespace", "a"])).out).toEqual(["inner"])
  })

  it("stops at the limit, and if the reader is gone", async () => {
    expect((await larder(settings, ["keys", "--limit", "2"])).out).toHaveLength(2)
    expect(await larder(settings, ["keys"], { ready: () => false })).toMatchObject({
      code: 0,
      out: [expect.anything()],
    })
  })

  it("prints keys as they are for programs, as JSON, or on a terminal with control characters escaped", async () => {
    await cache.clear()
    await cache.set("a\n\u001b[2J\u202e\u{e0001}", 1)
    const lineOf = async (words: readonly string[], columns?: number) =>
      (await larder(settings, words, columns === undefined ? {} : { columns })).out[0]
    expect(await lineOf(["keys"])).toBe("a\n\u001b[2J\u202e\u{e0001}")
    expect(await lineOf(["keys"], 80)).toBe("a\\u000a\\u001b[2J\\u202e\\u{e0001}")
    expect(JSON.parse((await lineOf(["keys", "--json"])) ?? "")).toBe("a\n\u001b[2J\u202e\u{e0001}")
  })

  it("shows its progress, unless the keys appear on the terminal", async () => {
    expect((await larder(settings, ["keys"])).progress).toEqual(["1 keys", "2 keys", "3 keys", ""])
    expect((await larder(settings, ["keys"], { columns: 80 })).progress).toEqual([""])
  })

  it("fails if the store fails, and names a backend without keys", async () => {
    expect(await larder({ default: broken }, ["keys"])).toMatchObject({
      code: 1,
      out: [],
      error: [`larder: ${failureOf('keys of ""')}`],
    })
    expect(await larder({ default: plain }, ["keys"])).toMatchObject({
      code: 2,
      error: [
        "larder: keys is not supported: the plain backend has no keys",
        "larder keys --help explains the command",
      ],
    })
  })

  it("rejects two prefixes, and an invalid limit", async () => {
    expect((await larder(settings, ["keys", "a", "b"])).code).toBe(2)
    expect(await larder(settings, ["keys", "--limit", "0"])).toMatchObject({
      code: 2,
      error: ['larder: --limit must be an integer of at least 1; got "0"', expect.anything()],
    })
  })
})

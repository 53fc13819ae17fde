import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"
import { describe, expect, it } from "vitest"
import { broken, failureOf, larder, sharedMemory } from "../../test/run-larder.js"

const backend = sharedMemory()
const cache = new Cache(backend())
const settings = { default: { backend } }

describe("larder get", () => {
  it("prints a string as it is for a program", async () => {
    await cache.set("page", "<p>\n  'Ada'\n</p>")
    expect(await larder(settings, ["get", "page"])).toEqual({
      code: 0,
      out: ["<p>\n  'Ada'\n</p>"],
      error: [],
      progress: [""],
    })
  })

  it("prints a string in quotes on a terminal, with control characters escaped", async () => {
    await cache.set("text", "42\u001b[2J")
    expect((await larder(settings, ["get", "text"], { columns: 80 })).out).toEqual(["'42\\x1B[2J'"])
  })

  it("prints other values completely, as in source code", async () => {
    const value = { ids: Array.from({ length: 200 }, () => 7), at: new Date(0), deep: { deep: { deep: { deep: 1n } } } }
    await cache.set("rich", value)
    const { out } = await larder(settings, ["get", "rich"])
    expect(out[0]?.match(/\b7\b/g)).toHaveLength(200)
    expect(out[0]).toContain("at: 1970-01-01T00:00:00.000Z")
    expect(out[0]).toContain("{ deep: 1n }")
  })

  it("fits values to the width of a terminal", async () => {
    await cache.set("list", { first: "a".repeat(12), second: "b".repeat(12) })
    expect((await larder(settings, ["get", "list"], { columns: 200 })).out[0]).not.toContain("\n")
    expect((await larder(settings, ["get", "list"], { columns: 40 })).out[0]).toContain("\n")
  })

  it("prefixes values with the key if there are several, and reports keys without an entry", async () => {
    await cache.setMany({ one: 1, zero: 0, nothing: null })
    expect(await larder(settings, ["get", "one", "two", "zero", "nothing"])).toMatchObject({
      code: 1,
      out: ["one: 1", "zero: 0", "nothing: null"],
      error: ["two: no entry"],
    })
  })

  it("prints JSON on one line, with a notation for values that JSON cannot represent", async () => {
    await cache.setMany({ plain: { a: [1, "@"] }, when: new Date(7), bytes: new Uint8Array([1, 2]), big: 31n })
    const { code, out, error } = await larder(settings, ["get", "plain", "when", "bytes", "big", "none", "--json"])
    expect({ code, error, lines: out.length }).toEqual({ code: 1, error: [], lines: 1 })
    expect(JSON.parse(out[0] ?? "")).toEqual([
      { key: "plain", ok: true, found: true, value: { a: [1, "@"] } },
      { key: "when", ok: true, found: true, rich: "@d7" },
      { key: "bytes", ok: true, found: true, rich: "@bUint8Array:AQI=" },
      { key: "big", ok: true, found: true, rich: "@i1f" },
      { key: "none", ok: false, found: false },
    ])
  })

  it("fails if the store fails, which is a miss for programs", async () => {
    const words = ["get", "key", "other"]
    expect(await larder({ default: broken }, words)).toMatchObject({
      code: 1,
      out: [],
      error: [`key: ${failureOf('get of "key"')}`, `other: ${failureOf('get of "other"')}`],
    })
    const { out } = await larder({ default: broken }, [...words, "--json"])
    expect(JSON.parse(out[0] ?? "")[0]).toEqual({ key: "key", ok: false, error: failureOf('get of "key"') })
  })

  it("fails for an entry that cannot be read", async () => {
    const damaged = {
      name: "damaged",
      capabilities: { shared: true, persistent: true, evicts: false, ttlResolution: 1 },
      get: async () => new Uint8Array([0x04, 0x7b]),
      set: async () => undefined,
      delete: async () => false,
    }
    const run = await larder({ default: { backend: () => damaged } }, ["get", "key"])
    expect(run).toMatchObject({
      code: 1,
      out: [],
      error: [expect.stringMatching(/^key: The entry .* cannot be read: /)],
    })
  })

  it("shows its progress if there are many keys", async () => {
    const keys = Array.from({ length: 250 }, (_, index) => `key${index}`)
    expect((await larder(settings, ["get", ...keys])).progress).toEqual(["100 of 250 keys", "200 of 250 keys", ""])
  })

  it("warns that an in-process store does not contain the program's entries", async () => {
    const inMemory = { default: { backend: () => new LocmemBackend() } }
    expect((await larder(inMemory, ["get", "key"])).error).toEqual([
      "default: locmem keeps entries in the memory of one process; the program's are not here",
      "key: no entry",
    ])
  })

  it.each([
    [["get"], "larder: Pass at least one key"],
    [["get", ""], "larder: A key must not be empty"],
    [["get", "key", "--timeout", "1"], "larder: get has no option --timeout"],
  ])("rejects %j", async (words, message) => {
    expect(await larder(settings, words)).toMatchObject({
      code: 2,
      out: [],
      error: [message, "larder get --help explains the command"],
    })
  })
})

import { Cache } from "@larder/core"
import { beforeEach, describe, expect, it } from "vitest"
import { broken, failureOf, larder, sharedMemory } from "../../test/run-larder.js"

const backend = sharedMemory()
const cache = new Cache(backend())
const settings = { default: { backend } }

beforeEach(() => cache.clear())

describe("larder set", () => {
  it("stores a string, whatever it looks like", async () => {
    expect(await larder(settings, ["set", "key", "42"])).toMatchObject({ code: 0, out: ["key: stored"], error: [] })
    expect(await cache.get("key")).toBe("42")
  })

  it("stores JSON, or values that JSON cannot represent, on request", async () => {
    await larder(settings, ["set", "json", '{"ids":[1,2]}', "--as", "json"])
    await larder(settings, ["set", "rich", '["@m","@i1f","@d7"]', "--as", "rich"])
    expect(await cache.get("json")).toEqual({ ids: [1, 2] })
    expect(await cache.get("rich")).toEqual(new Map([[31n, new Date(7)]]))
  })

  it.each([
    new Date(7),
    new Uint8Array([1, 2, 255]),
    Buffer.from("abc"),
    new Map<unknown, unknown>([["a", new Set([undefined, -0, Number.NaN])]]),
    ["@m", "@", { "@d1": "@@" }],
    12345678901234567890n,
    /a"b/giu,
    new URL("http://host/?a=b"),
    "@d7",
  ])("stores the output of get --json: %s", async (value) => {
    await cache.set("from", value)
    const [answer] = JSON.parse((await larder(settings, ["get", "from", "--json"])).out[0] ?? "")
    const form = "rich" in answer ? "rich" : "json"
    const text = JSON.stringify(answer.rich ?? answer.value)
    expect((await larder(settings, ["set", "to", text, "--as", form])).code).toBe(0)
    expect(await cache.get("to")).toStrictEqual(value)
  })

  it("stores values that contain themselves", async () => {
    const value: { self?: unknown } = {}
    value.self = value
    await cache.set("from", value)
    const [answer] = JSON.parse((await larder(settings, ["get", "from", "--json"])).out[0] ?? "")
    await larder(settings, ["set", "to", JSON.stringify(answer.rich), "--as", "rich"])
    const stored = await cache.get<typeof value>("to")
    expect(stored?.self).toBe(stored)
  })

  it("reads the value from standard input", async () => {
    await larder(settings, ["set", "text", "-"], { input: "line\n" })
    await larder(settings, ["set", "number", "-", "--as", "json"], { input: "7\n" })
    await larder(settings, ["set", "empty", "-"])
    expect(await cache.getMany(["text", "number", "empty"])).toEqual(
      new Map<string, unknown>([
        ["text", "line\n"],
        ["number", 7],
        ["empty", ""],
      ]),
    )
  })

  it.each([
    ["90", 90],
    ["1.5m", 90],
    ["never", null],
  ])("stores with the timeout %s", async (timeout, seconds) => {
    await larder(settings, ["set", "key", "value", "--timeout", timeout])
    const left = await cache.ttl("key")
    if (seconds === null) expect(left).toBe(null)
    else expect(Math.round(left ?? 0)).toBe(seconds)
  })

  it("stores with tags", async () => {
    await larder(settings, ["set", "key", "value", "--tag", "a, b", "--tag", "c"])
    expect(await cache.get("key")).toBe("value")
    await cache.invalidateTags(["a, b"])
    expect(await cache.get("key")).toBe(undefined)
  })

  it("stores in a version and a namespace", async () => {
    await larder(settings, ["set", "key", "1", "--key-version", "7"])
    await larder(settings, ["set", "key", "2", "--namespace", "a", "--namespace", "b:c"])
    expect(await cache.get("key")).toBe(undefined)
    expect(await cache.get("key", { version: 7 })).toBe("1")
    expect(await cache.namespace("a").namespace("b:c").get("key")).toBe("2")
  })

  it("stores in the named cache", async () => {
    const other = sharedMemory()
    await larder({ ...settings, pages: { backend: other } }, ["set", "key", "value", "--cache", "pages"])
    expect(await cache.get("key")).toBe(undefined)
    expect(await new Cache(other()).get("key")).toBe("value")
  })

  it("fails where the store fails, which a program would not notice", async () => {
    expect(await larder({ default: broken }, ["set", "key", "value"])).toMatchObject({
      code: 1,
      out: [],
      error: [`key: ${failureOf('set of "key"')}`],
    })
    expect(JSON.parse((await larder({ default: broken }, ["set", "key", "value", "--json"])).out[0] ?? "")).toEqual([
      { key: "key", ok: false, error: failureOf('set of "key"') },
    ])
  })

  it.each([
    [["set", "key"], "set takes two arguments, a key and a value; got 1"],
    [["set", "key", "two", "words"], "set takes two arguments, a key and a value; got 3"],
    [["set", "key", "{", "--as", "json"], "The value is not valid as json: SyntaxError: "],
    [["set", "key", '"@x"', "--as", "rich"], 'The value is not valid as rich: TypeError: Unknown notation "@x"'],
    [["set", "key", '"@u"', "--as", "rich"], "The value is undefined, which a cache cannot store"],
    [["set", "key", "a", "--as", "yaml"], '--as must be text, json or rich; got "yaml"'],
    [
      ["set", "key", "a", "--timeout", "5 minutes"],
      '--timeout must be like 30 (seconds), 250ms, 15m, 2h, 1d, 1w or never; got "5',
    ],
    [
      ["set", "key", "a", "--timeout", "0"],
      '--timeout must be like 30 (seconds), 250ms, 15m, 2h, 1d, 1w or never; got "0"',
    ],
    [
      ["set", "key", "a", "--timeout", "1.2.3"],
      '--timeout must be like 30 (seconds), 250ms, 15m, 2h, 1d, 1w or never; got "1.2.3"',
    ],
    [["set", "key", "a", "--key-version", "two"], '--key-version must be an integer; got "two"'],
    [["set", "key", "a", "--namespace", ""], "--namespace is empty"],
    [["set", "key", "a", "--tag", ""], "--tag is empty"],
    [["set", "key", "a", "--cache", "pages"], "There is no cache pages; the configuration has default"],
    [["set", "key", "a", "--url", "dummy:", "--cache", "pages"], "Pass either --url or --cache, not both"],
    [["set", "key", "a", "--key-prefix", "news"], "--key-prefix goes with --url; the caches of a configuration have"],
    [["set", "key", "a", "--url", "dummy:", "--key-prefix", "a b"], "keyPrefix"],
  ])("rejects %j, and stores nothing", async (words, message) => {
    const { code, out, error } = await larder(settings, words)
    expect({ code, out, error }).toEqual({
      code: 2,
      out: [],
      error: [expect.stringContaining(message), "larder set --help explains the command"],
    })
    expect(await cache.get("key")).toBe(undefined)
  })

  it("rejects input that is not UTF-8", async () => {
    expect(await larder(settings, ["set", "key", "-"], { input: new Uint8Array([0xff]) })).toMatchObject({
      code: 2,
      error: ["larder: Standard input is not UTF-8", expect.anything()],
    })
  })
})

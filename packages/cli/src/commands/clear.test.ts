import { Cache, DummyBackend } from "@larder/core"
import { beforeEach, describe, expect, it } from "vitest"
import { broken, failureOf, larder, sharedMemory } from "../../test/run-larder.js"

const backend = sharedMemory()
const cache = new Cache(backend(), { keyPrefix: "news" })
const other = new Cache(backend(), { keyPrefix: "shop" })
const settings = { default: { backend, keyPrefix: "news" } }

beforeEach(async () => {
  await cache.set("key", 1)
  await cache.set("key", 1, { version: 2 })
  await other.set("key", 1)
})

describe("larder clear", () => {
  it("asks, naming the cache and its store, and removes all entries of that cache and no others", async () => {
    const questions: string[] = []
    const located = Object.assign(backend(), { location: "redis://ada:secret@host" })
    const confirm = (question: string) => questions.push(question) > 0
    const run = await larder({ default: { backend: () => located, keyPrefix: "news" } }, ["clear", "default"], {
      confirm,
    })
    expect(run).toMatchObject({ code: 0, out: ["default: cleared"], error: [] })
    expect(questions).toEqual(["Remove all entries of the cache default (locmem at redis://***@host)?"])
    expect([await cache.get("key"), await cache.get("key", { version: 2 })]).toEqual([undefined, undefined])
    expect(await other.get("key")).toBe(1)
  })

  it("removes nothing if the answer is no", async () => {
    expect(await larder(settings, ["clear", "default"], { confirm: () => false })).toMatchObject({
      code: 1,
      out: [],
      error: ["default: not cleared"],
    })
    expect(await cache.get("key")).toBe(1)
  })

  it("removes nothing without a terminal, unless --yes is passed", async () => {
    expect(await larder(settings, ["clear", "default"])).toMatchObject({
      code: 2,
      error: [
        "larder: clear asks for confirmation; without a terminal, pass --yes",
        "larder clear --help explains the command",
      ],
    })
    expect(await cache.get("key")).toBe(1)
    expect((await larder(settings, ["clear", "default", "--yes"])).code).toBe(0)
    expect(await cache.get("key")).toBe(undefined)
  })

  it("requires the alias of a cache", async () => {
    expect(await larder(settings, ["clear", "--yes"])).toMatchObject({
      code: 2,
      error: ["larder: Pass the alias of a cache to clear", expect.anything()],
    })
    expect(await cache.get("key")).toBe(1)
  })

  it("asks about each of several caches, and prints the results as JSON", async () => {
    const all = { ...settings, shop: { backend, keyPrefix: "shop" } }
    const confirm = (question: string) => question.includes("shop")
    const { code, out } = await larder(all, ["clear", "default", "shop", "--json"], { confirm })
    expect(code).toBe(1)
    expect(out.map((line) => JSON.parse(line))).toEqual([
      [
        { cache: "default", ok: false, cleared: false },
        { cache: "shop", ok: true, cleared: true },
      ],
    ])
    expect([await cache.get("key"), await other.get("key")]).toEqual([1, undefined])
  })

  it("clears a namespace, but not the one around it", async () => {
    const questions: string[] = []
    const inner = cache.namespace("a").namespace("b")
    await inner.set("key", 1)
    await cache.namespace("a").set("key", 1)
    const confirm = (question: string) => questions.push(question) > 0
    await larder(settings, ["clear", "default", "--namespace", "a", "--namespace", "b"], { confirm })
    expect(questions).toEqual([
      `Remove all entries of the namespace a / b of the cache default (locmem at ${backend().location})?`,
    ])
    expect([await inner.get("key"), await cache.namespace("a").get("key"), await cache.get("key")]).toEqual([
      undefined,
      1,
      1,
    ])
  })

  it("fails if the store fails", async () => {
    expect(await larder({ default: broken }, ["clear", "default", "--yes"])).toMatchObject({
      code: 1,
      error: [`default: ${failureOf("clear")}`],
    })
  })

  it("rejects a cache with its own key function, after it has reported what it cleared", async () => {
    const hidden = { backend: () => new DummyBackend(), keyFunction: (key: string) => `x${key}` }
    expect(await larder({ ...settings, hidden }, ["clear", "default", "hidden", "--yes"])).toMatchObject({
      code: 2,
      out: ["default: cleared"],
      error: [expect.stringContaining("clear is not supported"), expect.anything()],
    })
  })
})

import { byteCodec, Cache, type CacheOptions, type CopyingBackend } from "@larder/core"
import { LocmemBackend, LocmemStore } from "@larder/locmem"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { type ByteStore, byteStore } from "../test/byte-store.js"
import { MemoryBus } from "./memory-bus.js"
import { TieredBackend } from "./tiered-backend.js"

const nearTtl = 10_000
const sign = { keys: ["correct horse battery staple"] }
const article = { id: 7, title: "State of the Union", tags: ["1862"] }
type Article = typeof article

beforeEach(() => {
  vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** A store of bytes, a clock of all, and handles with memory of their own in front of it. */
function tiers() {
  let time = 1_000_000
  const now = (): number => time
  const store = new LocmemStore({ now })
  const bus = new MemoryBus()
  const open = async () => {
    const far: ByteStore = byteStore(store)
    const nearStore = new LocmemStore({ now, maxBytes: 1_000_000 })
    const backend = new TieredBackend(new LocmemBackend({ store: nearStore }), far, { bus, nearTtl, now })
    await quiet()
    return { far, nearStore, backend, cache: (options?: CacheOptions) => new Cache(backend, options) }
  }
  const advance = (milliseconds: number): void => {
    time += milliseconds
  }
  return { store, bus, open, advance, plain: (options?: CacheOptions) => new Cache(byteStore(store), options) }
}

/** What nobody waits for is done: puts near what was read. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

describe("a cache over memory in front of a store of bytes", () => {
  it("decodes what it read once, and answers it from memory, to each reader a value of its own", async () => {
    const { open, plain } = tiers()
    const { far, cache } = await open()
    await plain().set("k", article)
    const reader = cache()
    const decode = vi.spyOn(byteCodec, "decode")
    await reader.get("k")
    await quiet()
    far.asked.length = 0
    const first = (await reader.get("k")) as Article
    first.tags.push("changed by a reader")
    expect(await reader.get("k")).toEqual(article)
    expect(await reader.getOrSet("k", () => "computed")).toEqual(article)
    expect(await reader.getMany(["k"])).toEqual(new Map([["k", article]]))
    expect(far.asked).toEqual([])
    expect(decode).toHaveBeenCalledTimes(1)
  })

  it("has what it wrote in memory, whatever becomes of the value that it was handed", async () => {
    const { open } = tiers()
    const { far, cache } = await open()
    const one = cache()
    const value = structuredClone(article)
    await one.set("k", value)
    value.tags.push("changed by the writer")
    far.asked.length = 0
    expect(await one.get("k")).toEqual(article)
    expect(far.asked).toEqual([])
  })

  it("gives what is near in the turn that it is asked in, and nothing that is being changed or not trusted", async () => {
    const { bus, open, store } = tiers()
    const { backend, far, cache } = await open()
    const one = cache()
    const onTerms = vi.spyOn(backend as Required<typeof backend>, "onTerms")
    const reader = cache()
    const used = onTerms.mock.results[0]?.value as CopyingBackend | undefined
    await reader.set("k", article)
    expect(used?.getCopy?.(":1:k")).toBeDefined()
    expect(used?.getCopy?.(":1:other")).toBeUndefined()
    const writing = one.set("k", { id: 8 })
    expect(used?.getCopy?.(":1:k")).toBeUndefined()
    await writing
    await reader.get("k")
    await quiet()
    expect(used?.getCopy?.(":1:k")).toBeDefined()
    store.clear("")
    far.asked.length = 0
    expect(await reader.getOrSet("k", () => "computed")).toEqual({ id: 8 })
    expect(far.asked).toEqual([])
    bus.disconnect()
    expect(used?.getCopy?.(":1:k")).toBeUndefined()
    expect(await reader.getOrSet("k", () => "computed")).toBe("computed")
  })

  it("is one of many: others with the same options read and write the same, with and without memory", async () => {
    const options = { compress: { threshold: 0 }, sign }
    const { open, plain } = tiers()
    const [one, other] = [(await open()).cache(options), (await open()).cache(options)]
    const third = plain(options)
    for (const writer of [one, third]) {
      await writer.set("k", article, { tags: ["t"], timeout: 60 })
      for (const reader of [one, other, third]) expect(await reader.get("k")).toEqual(article)
      await one.invalidateTags(["t"])
      for (const reader of [one, other, third]) expect(await reader.get("k")).toBeUndefined()
      await one.delete("k")
    }
  })

  it("that signs takes nothing from one that does not, which uses the same memory", async () => {
    const { open } = tiers()
    const { backend, cache } = await open()
    const [trusting, signing] = [cache(), cache({ sign })]
    await trusting.set("k", "forged")
    expect(await trusting.get("k")).toBe("forged")
    expect(await signing.get("k")).toBeUndefined()
    await signing.set("k", "signed")
    expect(await trusting.get("k")).toBeUndefined()
    expect(await signing.get("k")).toBe("signed")
    expect((await backend.get(":1:k"))?.[0]).toBe(8)
  })

  it("shares the read of a crowd with others that keep values in another way, and everybody gets their own", async () => {
    const { open, plain } = tiers()
    const { backend, cache } = await open()
    await plain().set("k", article)
    const [one, other] = [cache(), cache({ serializer: "json" })]
    const [bytes, ...values] = await Promise.all([backend.get(":1:k"), one.get("k"), other.get("k")])
    expect(Buffer.from(bytes ?? []).toString()).toBe(JSON.stringify(article))
    expect(values).toEqual([article, article])
  })

  it("sees at once what another one on the same tiers writes, who tells no bus of it", async () => {
    const { open } = tiers()
    const { backend, cache } = await open()
    const [one, other] = [cache(), cache()]
    await one.set("k", 1)
    expect(await other.get("k")).toBe(1)
    await quiet()
    await one.set("k", 2)
    expect(await other.get("k")).toBe(2)
    await quiet()
    await backend.delete(":1:k")
    for (const reader of [one, other]) expect(await reader.get("k")).toBeUndefined()
  })

  it("counts bytes and value against maxBytes, each once", async () => {
    const { open } = tiers()
    const { nearStore, cache } = await open()
    const text = "x".repeat(10_000)
    const one = cache({ sign })
    await one.set("k", text, { tags: ["t"], timeout: 60 })
    // The tokens of the tag are there, too. A character of a text counts as two bytes.
    const { bytes = 0 } = nearStore.stats()
    expect(bytes).toBeGreaterThan(30_000)
    expect(bytes).toBeLessThan(34_000)
  })

  it("keeps bytes in a near store of bytes", async () => {
    const { store, plain } = tiers()
    const far = byteStore(store)
    const backend = new TieredBackend(byteStore(new LocmemStore()), far, { nearTtl })
    const near = { ...byteStore(new LocmemStore()), capabilities: { ...far.capabilities, remote: undefined } }
    expect(backend.onTerms).toBeUndefined()
    const one = new Cache(new TieredBackend(near as never, far, { nearTtl }), { sign })
    await one.set("k", article)
    far.asked.length = 0
    expect(await one.get("k")).toEqual(article)
    expect(far.asked).toEqual([])
    expect(await plain({ sign }).get("k")).toEqual(article)
  })
})

describe("a far store that is down", () => {
  const down = new Error("connection refused")

  /** A cache with entries near, whose store is known to be down. */
  async function cutOff(options?: CacheOptions) {
    const { open, ...rest } = tiers()
    const handle = await open()
    const cache = handle.cache(options)
    await cache.setMany({ a: 1, b: 2 })
    await cache.set("tagged", article, { tags: ["t"], timeout: 60 })
    // Its tokens are near from now on, too.
    await cache.get("tagged")
    await quiet()
    handle.far.failure = down
    for (let call = 0; call < 6; call++) await cache.get("missing").catch(() => undefined)
    handle.far.asked.length = 0
    return { ...rest, ...handle, cut: cache }
  }

  it("leaves what is near to be served for nearTtl, and no longer", async () => {
    const { advance, far, cut } = await cutOff()
    advance(nearTtl - 1)
    expect(await cut.get("a")).toBe(1)
    expect(await cut.has("a")).toBe(true)
    expect(await cut.getOrSet("a", () => "computed")).toBe(1)
    expect(await cut.get("tagged")).toEqual(article)
    expect(await cut.get("missing")).toBeUndefined()
    advance(1)
    expect(await cut.get("a")).toBeUndefined()
    expect(await cut.getOrSet("a", () => "computed")).toBe("computed")
    expect(await cut.get("tagged")).toBeUndefined()
    expect(far.asked).toEqual([])
  })

  it("leaves the part of a batch that is near to be served", async () => {
    const { cut, far } = await cutOff()
    expect(await cut.getMany(["a", "missing", "b"])).toEqual(
      new Map([
        ["a", 1],
        ["b", 2],
      ]),
    )
    const computed = await cut.getOrSetMany(["a", "missing"], (keys) => keys.map((key) => [key, "computed"] as const))
    expect(computed).toEqual(
      new Map<string, unknown>([
        ["a", 1],
        ["missing", "computed"],
      ]),
    )
    expect(await cut.getMany(["missing", "other"])).toEqual(new Map())
    expect(far.asked).toEqual([])
  })

  it("leaves what is near to be served though the bus is lost, too, and asks for it first when it is back", async () => {
    vi.useFakeTimers({ toFake: ["performance"] })
    const { bus, store, cut, far } = await cutOff()
    bus.disconnect()
    expect(await cut.get("a")).toBe(1)
    expect(await cut.get("tagged")).toEqual(article)
    expect(await cut.getMany(["a", "missing", "b"])).toEqual(
      new Map([
        ["a", 1],
        ["b", 2],
      ]),
    )
    expect(await cut.getMany(["a", "b"])).toEqual(
      new Map([
        ["a", 1],
        ["b", 2],
      ]),
    )
    far.failure = undefined
    store.set(":1:a", Buffer.from("5"))
    vi.advanceTimersByTime(5_000)
    expect(await cut.get("a")).toBe(5)
  })

  it("rejects where failures are to reject, but for what is near", async () => {
    const { cut } = await cutOff({ onError: "throw" })
    expect(await cut.get("a")).toBe(1)
    await expect(cut.get("missing")).rejects.toThrow("it is down")
    await expect(cut.getMany(["a", "missing"])).rejects.toThrow("it is down")
  })

  it("takes what a failed write may have changed, and what others say that they changed", async () => {
    const { bus, cut } = await cutOff()
    await cut.set("a", 3)
    expect(await cut.get("a")).toBeUndefined()
    await bus.publish({ origin: "another handle", change: { keys: [":1:b"] } })
    expect(await cut.get("b")).toBeUndefined()
  })
})

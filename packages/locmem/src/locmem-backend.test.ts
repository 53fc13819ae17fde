import { describe, expect, it } from "vitest"
import { LocmemBackend, type LocmemBackendOptions } from "./locmem-backend.js"
import { LocmemStore } from "./locmem-store.js"

describe("stores", () => {
  it("are not shared between two backends", async () => {
    const [first, second] = [new LocmemBackend(), new LocmemBackend()]
    await first.set("a", 1)
    expect(await second.get("a")).toBeUndefined()
    expect(first.location).not.toBe(second.location)
  })

  it("are shared when they are handed in, codec and location included", async () => {
    const store = new LocmemStore({ isolation: "freeze" })
    const [first, second] = [new LocmemBackend({ store }), new LocmemBackend({ store })]
    await first.set("a", 1)
    expect(await second.get("a")).toBe(1)
    expect(first.codec).toBe(second.codec)
    expect(first.location).toBe(second.location)
  })

  it("are emptied by close, unless they were handed in", async () => {
    const store = new LocmemStore()
    const guest = new LocmemBackend({ store })
    await guest.set("a", 1)
    await guest.close()
    expect(store.has("a")).toBe(true)
    const owner = new LocmemBackend()
    await owner.set("a", 1)
    await owner.close()
    await owner.close()
    expect((await owner.stats()).entries).toBe(0)
  })

  it.each([
    [{ store: {} }, "store must be a LocmemStore"],
    [{ store: undefined }, "store must be a LocmemStore"],
    [
      { store: new LocmemStore(), maxEntries: 5, isolation: "copy" },
      "maxEntries, isolation cannot be combined with store",
    ],
    [{ maxEntries: 0 }, "maxEntries must be a positive integer or Infinity; got 0"],
  ])("%o is refused", (options, message) => {
    expect(() => new LocmemBackend(options as LocmemBackendOptions)).toThrow(message)
  })
})

describe("incr", () => {
  it.each([
    ["text", TypeError, "the entry holds a value of type string"],
    [null, TypeError, "the entry holds a value of type null"],
    [1.5, TypeError, "the entry holds 1.5"],
    [Number.NaN, TypeError, "the entry holds NaN"],
    [10n, TypeError, "the entry holds a value of type bigint"],
    [2 ** 53, RangeError, "9007199254740992 + 1 is beyond"],
    [Number.MAX_SAFE_INTEGER, RangeError, "9007199254740991 + 1 is beyond"],
  ])("of %s rejects and leaves it", async (value, type, message) => {
    const backend = new LocmemBackend()
    await backend.set("a", value)
    const failing = backend.incr("a", 1)
    await expect(failing).rejects.toThrow(type)
    await expect(failing).rejects.toThrow(message)
    expect(await backend.get("a")).toBe(value)
  })
})

describe("batches", () => {
  it("store what can be stored, and then say what could not", async () => {
    const backend = new LocmemBackend({ maxBytes: 1_000 })
    const entries = [
      { key: "a", value: 1 },
      { key: "b", value: "x".repeat(1_000) },
      { key: "c", value: 3 },
    ]
    await expect(backend.setMany(entries)).rejects.toThrow("larger than maxBytes")
    expect(await backend.getMany(["a", "b", "c"])).toEqual([1, undefined, 3])
  })
})

describe("keys", () => {
  it("names each key once, and none that went meanwhile, when entries change during the walk", async () => {
    const backend = new LocmemBackend()
    for (const key of ["a", "b", "c"]) await backend.set(key, key)
    const seen: string[] = []
    for await (const key of backend.keys("")) {
      seen.push(key)
      await backend.delete(key)
      await backend.set(key, "again")
      await backend.delete("c")
    }
    expect(seen).toEqual(["a", "b"])
  })
})

it("deletes if equal by value, in every isolation", async () => {
  for (const isolation of ["copy", "freeze", "reference"] as const) {
    const backend = new LocmemBackend({ isolation })
    const stored = (value: unknown) => backend.codec.encode(value)
    await backend.set("a", stored({ owner: "x", list: [1, Number.NaN] }))
    expect(await backend.deleteIfEqual("a", stored({ owner: "y", list: [1, Number.NaN] }))).toBe(false)
    expect(await backend.deleteIfEqual("a", stored({ owner: "x", list: [1, Number.NaN] }))).toBe(true)
    expect(await backend.get("a")).toBeUndefined()
  }
})

it("replaces if equal by value, in every isolation", async () => {
  for (const isolation of ["copy", "freeze", "reference"] as const) {
    const backend = new LocmemBackend({ isolation })
    const stored = (value: unknown) => backend.codec.encode(value)
    await backend.set("a", stored({ owner: "x", list: [1, Number.NaN] }))
    expect(await backend.replaceIfEqual("a", stored({ owner: "x", list: [1, 2] }), stored("new"))).toBe(false)
    expect(await backend.replaceIfEqual("a", stored({ owner: "x", list: [1, Number.NaN] }), stored("new"))).toBe(true)
    expect(backend.codec.decode(await backend.get("a"))).toBe("new")
  }
})

it("rejects, and does not throw, when the clock fails", async () => {
  const backend = new LocmemBackend({
    now: () => {
      throw new Error("no clock")
    },
  })
  const setting = backend.set("a", 1, 5)
  await expect(setting).rejects.toThrow("no clock")
})

it("counts what is read at once as it counts what is not", async () => {
  const backend = new LocmemBackend()
  await backend.set("a", 1)
  expect([backend.getSync("a"), backend.getSync("b")]).toEqual([1, undefined])
  expect(await backend.stats()).toMatchObject({ hits: 1, misses: 1 })
})

it("has every method that a backend can have", () => {
  const optional = ["add", "touch", "incr", "deleteIfEqual", "replaceIfEqual", "getMany", "setMany", "deleteMany"]
  const further = ["getSync", "clear", "keys", "ttl", "prune", "stats", "ping", "close"]
  const backend = new LocmemBackend() as unknown as Record<string, unknown>
  for (const method of [...optional, ...further]) expect(backend[method], method).toBeTypeOf("function")
})

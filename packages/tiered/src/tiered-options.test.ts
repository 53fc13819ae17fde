import { LocmemBackend } from "@larder/locmem"
import { describe, expect, it } from "vitest"
import { MemoryBus } from "./memory-bus.js"
import { TieredBackend } from "./tiered-backend.js"

const [near, far] = [new LocmemBackend(), new LocmemBackend()]
const bus = new MemoryBus()

describe("what makes no sense is refused at construction", () => {
  const refusals: readonly (readonly [string, () => unknown, string])[] = [
    ["neither bus nor nearTtl", () => new TieredBackend(near, far), "nearTtl must be given in milliseconds"],
    ["nearTtl of zero", () => new TieredBackend(near, far, { bus, nearTtl: 0 }), "got 0"],
    ["nearTtl in fractions", () => new TieredBackend(near, far, { bus, nearTtl: 0.5 }), "got 0.5"],
    ["endless nearTtl", () => new TieredBackend(near, far, { nearTtl: Infinity }), "got Infinity"],
    ["an unknown option", () => new TieredBackend(near, far, { bus, ttl: 1 } as never), "Unknown option ttl"],
    ["no object of options", () => new TieredBackend(near, far, null as never), "must be an object; got null"],
    [
      "what is no bus",
      () => new TieredBackend(near, far, { bus: {} as never }),
      "bus must be an object with publish and subscribe; got {}",
    ],
    [
      "what is no clock",
      () => new TieredBackend(near, far, { bus, now: 1 as never }),
      "now must be a function that returns milliseconds; got 1",
    ],
    [
      "what is no backend",
      () => new TieredBackend({} as never, far, { bus }),
      "near must be a backend, with get, set and delete; got {}",
    ],
    ["one backend twice", () => new TieredBackend(near, near, { bus }), "one backend twice"],
    [
      "stores that keep values in different ways",
      () => new TieredBackend(new LocmemBackend({ isolation: "freeze" }), far, { bus }),
      "needs a near one with the same codec",
    ],
  ]
  for (const [title, make, message] of refusals) {
    it(title, () => {
      expect(make).toThrow(TypeError)
      expect(make).toThrow(message)
    })
  }
})

describe("capabilities and methods", () => {
  it("are those of the far store", () => {
    const backend = new TieredBackend<unknown>(near, far, { bus })
    expect(backend.capabilities).toEqual({ ...far.capabilities, ttlResolution: 2 })
    expect(backend.location).toBe(far.location)
    const methods = [
      "add",
      "touch",
      "incr",
      "deleteIfEqual",
      "replaceIfEqual",
      "getMany",
      "setMany",
      "deleteMany",
    ] as const
    for (const method of [...methods, "clear", "keys", "ttl", "prune", "stats", "ping"] as const) {
      expect(typeof backend[method], method).toBe("function")
    }
  })

  it("are left out where the far store has none, and an end that it does not tell is uncertain by nearTtl", () => {
    const plain = {
      name: "plain",
      capabilities: {
        ...far.capabilities,
        maxKeyBytes: 250,
        maxValueBytes: 1_000,
        remote: true,
        portableKeysOnly: true,
      },
      get: async () => undefined,
      set: async () => {},
      delete: async () => false,
    } as const
    const backend = new TieredBackend(near, plain, { bus, nearTtl: 700 })
    expect(backend.capabilities).toEqual({ ...plain.capabilities, ttlResolution: 702 })
    expect(Object.keys(backend).filter((name) => typeof backend[name as keyof TieredBackend] === "function")).toEqual([
      "onTerms",
    ])
    for (const method of ["add", "incr", "getMany", "clear", "ttl", "stats"] as const) {
      expect(backend[method]).toBe(undefined)
      expect(method in backend).toBe(false)
    }
  })

  it("count hits of either tier", async () => {
    const backend = new TieredBackend<unknown>(new LocmemBackend(), new LocmemBackend(), { bus })
    await backend.set("key", 1)
    await backend.get("key")
    await backend.get("missing")
    expect(await backend.stats?.()).toMatchObject({ entries: 1, hits: 1, misses: 1 })
  })
})

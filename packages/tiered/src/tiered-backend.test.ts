import { Cache } from "@larder/core"
import { LocmemBackend, LocmemStore } from "@larder/locmem"
import { describe, expect, it } from "vitest"
import { byteStore } from "../test/byte-store.js"
import type { Bus, BusMessage } from "./bus.js"
import { busText, readBusText } from "./bus-text.js"
import { MemoryBus } from "./memory-bus.js"
import { TieredBackend } from "./tiered-backend.js"

/** Handles on one far store, with a clock of all of them, and what reaches the far store through the first. */
function tiers({ bus = new MemoryBus(), nearTtl = 10_000 }: { bus?: MemoryBus | undefined; nearTtl?: number } = {}) {
  let time = 1_000_000
  const now = (): number => time
  const store = new LocmemStore({ now })
  const asked: string[] = []
  const open = async () => {
    const nearStore = new LocmemStore({ now })
    const far = new LocmemBackend({ store })
    const { get, getMany } = far
    far.get = (key) => {
      asked.push(key)
      return get.call(far, key)
    }
    far.getMany = (keys) => {
      asked.push(keys.join())
      return getMany.call(far, keys)
    }
    const backend = new TieredBackend<unknown>(new LocmemBackend({ store: nearStore }), far, { bus, nearTtl, now })
    // What it does when it hears of its connection is over.
    await quiet()
    return { backend, far, nearStore }
  }
  const advance = (milliseconds: number): void => {
    time += milliseconds
  }
  return { store, asked, open, advance, bus }
}

/** What nobody waits for is done: puts near what was read. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

describe("reading", () => {
  it("asks the far store once, and then the near one", async () => {
    const { store, asked, open } = tiers()
    store.set("key", "value")
    const { backend } = await open()
    expect(await backend.get("key")).toBe("value")
    await quiet()
    expect(await backend.get("key")).toBe("value")
    expect(asked).toEqual(["key"])
  })

  it("asks the far store once for a crowd", async () => {
    const { store, asked, open } = tiers()
    store.set("key", "value")
    const { backend } = await open()
    const values = await Promise.all(Array.from({ length: 100 }, () => backend.get("key")))
    expect(new Set(values)).toEqual(new Set(["value"]))
    expect(asked).toEqual(["key"])
  })

  it("asks the far store in one call for what a batch lacks near, and keeps that near", async () => {
    const { store, asked, open } = tiers()
    for (const key of ["a", "b", "c"]) store.set(key, key)
    const { backend } = await open()
    await backend.get("b")
    await quiet()
    asked.length = 0
    expect(await backend.getMany?.(["a", "b", "c", "d"])).toEqual(["a", "b", "c", undefined])
    await quiet()
    expect(await backend.getMany?.(["a", "b", "c"])).toEqual(["a", "b", "c"])
    expect(asked).toEqual(["a,c,d"])
  })

  it("keeps an entry near no longer than the far store does", async () => {
    const { store, open, advance } = tiers()
    store.set("key", "value", 1_000)
    const { backend, nearStore } = await open()
    advance(400)
    await backend.get("key")
    await quiet()
    expect(nearStore.ttl("key")).toBe(600)
  })

  it("keeps an entry near no longer than nearTtl, whatever the far store does", async () => {
    const { store, open, advance } = tiers({ nearTtl: 500 })
    store.set("key", "value")
    const { backend, nearStore } = await open()
    await backend.get("key")
    await quiet()
    expect(nearStore.ttl("key")).toBe(500)
    await backend.set("written", "value")
    expect(nearStore.ttl("written")).toBe(500)
    advance(499)
    expect(nearStore.has("key")).toBe(true)
    advance(1)
    expect(nearStore.has("key")).toBe(false)
  })

  it("keeps nothing near of more entries than the far store is asked the ttl of at a time, and loses none", async () => {
    const { store, open } = tiers()
    const keys = Array.from({ length: 200 }, (_, index) => `key ${index}`)
    for (const key of keys) store.set(key, key)
    const { backend, nearStore } = await open()
    expect(await backend.getMany?.(keys)).toEqual(keys)
    await quiet()
    expect(nearStore.stats().entries).toBe(64)
    expect(await backend.getMany?.(keys)).toEqual(keys)
    await quiet()
    expect(nearStore.stats().entries).toBe(128)
  })

  it("goes by the far store alone while a write is under way, and tells nobody's failure as a miss", async () => {
    const { store, open } = tiers()
    const { backend } = await open()
    store.set("key", "value")
    const failing = new LocmemBackend({ store })
    failing.get = () => Promise.reject(new Error("the far store is down"))
    const broken = new TieredBackend<unknown>(new LocmemBackend(), failing, { nearTtl: 1_000 })
    await expect(Promise.all([broken.get("key"), broken.get("key")])).rejects.toThrow("the far store is down")
    expect(await backend.get("key")).toBe("value")
  })
})

describe("the bus", () => {
  it("makes the writes of one handle seen by another one at once", async () => {
    const { open } = tiers()
    const [one, other] = [(await open()).backend, (await open()).backend]
    await one.set("key", 1)
    expect(await other.get("key")).toBe(1)
    await quiet()
    const changes: readonly (readonly [() => Promise<unknown> | undefined, unknown])[] = [
      [() => one.set("key", 2), 2],
      [() => one.incr?.("key", 5), 7],
      [() => one.replaceIfEqual?.("key", 7, 8), 8],
      [() => one.setMany?.([{ key: "key", value: 9 }]), 9],
      [() => one.deleteIfEqual?.("key", 9), undefined],
      [() => one.add?.("key", 10), 10],
      [() => one.delete("key"), undefined],
      [() => one.add?.("key", 11), 11],
      [() => one.deleteMany?.(["key"]), undefined],
      [() => one.set("key", 12), 12],
      [() => one.clear?.("k"), undefined],
    ]
    for (const [change, expected] of changes) {
      await change()
      expect(await other.get("key"), String(change)).toBe(expected)
      await quiet()
    }
  })

  it("makes a touch of one handle shorten what another one has near", async () => {
    const { open, advance } = tiers()
    const [one, other] = [(await open()).backend, (await open()).backend]
    await one.set("key", "value", 5_000)
    await other.get("key")
    await quiet()
    await one.touch?.("key", 100)
    await other.get("key")
    await quiet()
    advance(100)
    expect(await other.get("key")).toBe(undefined)
    expect(await one.get("key")).toBe(undefined)
  })

  it("has nothing near trusted when its connection is lost, and again when there is one", async () => {
    const { store, open, bus } = tiers()
    const { backend } = await open()
    await backend.set("key", "old")
    store.set("key", "new")
    expect(await backend.get("key")).toBe("old")
    bus.disconnect()
    expect(await backend.get("key")).toBe("new")
    await quiet()
    store.set("key", "newest")
    expect(await backend.get("key")).toBe("new")
    expect(await backend.getMany?.(["key"])).toEqual(["new"])
    bus.connect()
    expect(await backend.getMany?.(["key"])).toEqual(["newest"])
    await quiet()
    expect(await backend.get("key")).toBe("newest")
  })

  it("empties a near store of bytes, which cannot tell what to trust, when its connection is lost", async () => {
    const { store, bus } = tiers()
    const [nearStore, farStore] = [new LocmemStore(), byteStore(store)]
    const backend = new TieredBackend(byteStore(nearStore), farStore, { bus })
    await quiet()
    await backend.set("key", Buffer.from("old"))
    expect(nearStore.has("key")).toBe(true)
    bus.disconnect()
    expect(nearStore.has("key")).toBe(false)
  })

  it("leaves nothing near of what is being read or written while its connection is lost or made", async () => {
    const { open, bus } = tiers()
    const { backend, far, nearStore } = await open()
    let answer = (_value: string): void => undefined
    far.get = () =>
      new Promise((resolve) => {
        answer = resolve
      })
    const reading = backend.get("key")
    await quiet()
    bus.disconnect()
    answer("value")
    expect(await reading).toBe("value")
    await quiet()
    expect(nearStore.has("key")).toBe(false)
    const writing = backend.set("key", "written")
    bus.connect()
    await writing
    expect(nearStore.has("key")).toBe(false)
  })

  it("leaves what this handle has near when it hears its own news", async () => {
    const { open, asked } = tiers()
    const { backend } = await open()
    await backend.set("key", "value")
    expect(await backend.get("key")).toBe("value")
    expect(asked).toEqual([])
  })

  it("bounds by nearTtl what is served when messages are lost and nobody knows", async () => {
    const { store, open, advance } = tiers({ nearTtl: 2_000 })
    const { backend } = await open()
    await backend.set("key", "old")
    store.set("key", "new")
    advance(1_999)
    expect(await backend.get("key")).toBe("old")
    advance(1)
    expect(await backend.get("key")).toBe("new")
  })

  it("carries keys and prefixes and never a value, a batch in one message", async () => {
    const { open, bus } = tiers()
    const messages: string[] = []
    bus.subscribe({
      onMessage: (message) => void messages.push(JSON.stringify(message)),
      onConnected: () => {},
      onDisconnected: () => {},
    })
    const { backend } = await open()
    const entries = Array.from({ length: 2_500 }, (_, index) => ({ key: `key ${index}`, value: "secret" }))
    await backend.setMany?.(entries.slice(0, 1_000))
    expect(messages.length).toBe(1)
    await backend.setMany?.(entries)
    expect(messages.length).toBe(4)
    await backend.set("key", "secret")
    await backend.add?.("added", "secret")
    await backend.replaceIfEqual?.("key", "secret", "also secret")
    await backend.clear?.("key")
    expect(messages.length).toBe(8)
    expect(messages.join()).not.toContain("secret")
  })

  it("hears nothing of calls that change nothing", async () => {
    const { open, bus } = tiers()
    const { backend } = await open()
    await backend.set("key", "value")
    let messages = 0
    bus.subscribe({
      onMessage: () => {
        messages += 1
      },
      onConnected: () => {},
      onDisconnected: () => {},
    })
    expect(await backend.add?.("key", "other")).toBe(false)
    expect(await backend.touch?.("missing", 1_000)).toBe(false)
    expect(await backend.incr?.("missing", 1)).toBe(undefined)
    expect(await backend.deleteIfEqual?.("key", "other")).toBe(false)
    expect(await backend.replaceIfEqual?.("key", "other", "value")).toBe(false)
    await backend.get("key")
    await backend.getMany?.(["key", "missing"])
    expect(messages).toBe(0)
  })

  it("is told nothing again by those who hear it, nor by those who lose it", async () => {
    const { open, bus } = tiers()
    const [one] = [(await open()).backend, (await open()).backend]
    let messages = 0
    bus.subscribe({
      onMessage: () => {
        messages += 1
      },
      onConnected: () => {},
      onDisconnected: () => {},
    })
    await one.set("key", "value")
    bus.disconnect()
    bus.connect()
    await quiet()
    expect(messages).toBe(1)
  })

  it("carries many long keys in messages that every bus takes for what they are", async () => {
    const { store } = tiers()
    const told: BusMessage[] = []
    const bus: Bus = {
      publish: async (message) => void told.push(message),
      subscribe: () => async () => {},
    }
    const backend = new TieredBackend<unknown>(new LocmemBackend(), new LocmemBackend({ store }), { bus })
    const longest = "a key of its own message".repeat(10_000)
    const keys = [...Array.from({ length: 1_500 }, (_, index) => `${index}${"\u0001".repeat(2_000)}`), longest, "short"]
    await backend.deleteMany?.(keys)
    expect(told.flatMap(({ change }) => ("keys" in change ? change.keys : []))).toEqual(keys)
    const read = told.map((message) => readBusText(busText({ sender: "bus", ...message })))
    expect(read).toEqual(told.map((message) => ({ sender: "bus", ...message })))
    expect(told.length).toBeLessThan(50)
  })

  it("that is flooded has the near store cleared once at a time, and then once more", async () => {
    const bus = new MemoryBus()
    const near = byteStore(new LocmemStore())
    const far = byteStore(new LocmemStore())
    const backend = new TieredBackend(near, far, { bus })
    await quiet()
    await backend.set("key", Uint8Array.of(1))
    near.asked.length = 0
    const flood = () => {
      const messages = Array.from({ length: 100 }, () => bus.publish({ origin: "", change: { prefix: "" } }))
      return Promise.all([...messages, bus.publish({ origin: "", change: { prefix: "k" } })])
    }
    const overtaken = backend.set("key", Uint8Array.of(2))
    await flood()
    await overtaken
    await quiet()
    expect(near.asked.filter((asked) => asked.startsWith("clear"))).toEqual(["clear "])
    expect(await near.get("key")).toBe(undefined)
    await flood()
    await quiet()
    expect(near.asked.filter((asked) => asked.startsWith("clear"))).toEqual(["clear ", "clear "])
  })

  it("carries what the far store finishes while the handle is closed", async () => {
    const { store, bus } = tiers()
    const heard: unknown[] = []
    bus.subscribe({
      onMessage: ({ change }) => void heard.push(change),
      onConnected: () => {},
      onDisconnected: () => {},
    })
    let isLeft = false
    const guarded: Bus = {
      publish: async (message) => (isLeft ? undefined : bus.publish(message)),
      subscribe: () => async () => {
        isLeft = true
      },
    }
    const far = new LocmemBackend({ store })
    let finish = () => {}
    far.set = () =>
      new Promise((resolve) => {
        finish = resolve
      })
    far.close = async () => finish()
    const backend = new TieredBackend<unknown>(new LocmemBackend(), far, { bus: guarded })
    const write = backend.set("key", "value")
    await backend.close()
    await write
    expect(heard).toEqual([{ keys: ["key"] }])
  })

  it("makes no change fail by failing itself", async () => {
    const { store } = tiers()
    const deaf = { publish: () => Promise.reject(new Error("no bus")), subscribe: () => async () => {} }
    const throwing = {
      ...deaf,
      publish: (): Promise<void> => {
        throw new Error("no bus")
      },
    }
    for (const bus of [deaf, throwing]) {
      const backend = new TieredBackend<unknown>(new LocmemBackend(), new LocmemBackend({ store }), { bus })
      await backend.set("key", "value")
      expect(await backend.delete("key")).toBe(true)
    }
  })
})

describe("through a cache", () => {
  it("a value that was computed before its tags were invalidated is not served, though the news was lost", async () => {
    const { open, bus } = tiers()
    const [one, other] = [new Cache((await open()).backend), new Cache((await open()).backend)]
    bus.disconnect()
    // From here on the gate could be near.
    const learning = { tags: [] }
    await one.getOrSet(
      "first",
      (context) => {
        context.tags(["learnt"])
        return "value"
      },
      learning,
    )
    await quiet()
    await one.getOrSet(
      "second",
      async (context) => {
        await other.invalidateTags(["late"])
        context.tags(["late"])
        return "computed before"
      },
      learning,
    )
    expect(await other.get("second")).toBe(undefined)
    expect(await one.get("second")).toBe(undefined)
  })

  it("tags, namespaces, locks and leases serve", async () => {
    const { open } = tiers()
    const [one, other] = [new Cache((await open()).backend), new Cache((await open()).backend)]
    await one.set("tagged", 1, { tags: ["a"] })
    expect(await other.get("tagged")).toBe(1)
    await quiet()
    await one.invalidateTags(["a"])
    expect(await other.get("tagged")).toBe(undefined)
    await one.namespace("user:7").set("name", "Ada")
    expect(await other.namespace("user:7").get("name")).toBe("Ada")
    await other.namespace("user:7").clear()
    expect(await one.namespace("user:7").get("name")).toBe(undefined)
    let calls = 0
    const produce = async (): Promise<number> => {
      await quiet()
      return ++calls
    }
    const answers = await Promise.all(
      [one, other].flatMap((cache) =>
        Array.from({ length: 20 }, () => cache.getOrSet("computed", produce, { lock: true })),
      ),
    )
    expect(new Set(answers)).toEqual(new Set([1]))
  })
})

describe("a far store that fails", () => {
  it("leaves what is near to be read, and takes what a failed write may have changed", async () => {
    const { open } = tiers()
    const { backend, far } = await open()
    await backend.setMany?.([
      { key: "read", value: 0 },
      { key: "written", value: 1 },
    ])
    const down = (): Promise<never> => Promise.reject(new Error("far is down"))
    Object.assign(far, { get: down, set: down })
    expect(await backend.get("read")).toBe(0)
    await expect(backend.set("written", 2)).rejects.toThrow("far is down")
    await expect(backend.get("written")).rejects.toThrow("far is down")
    expect(await backend.getMany?.(["read"])).toEqual([0])
  })

  it("leaves what is near to be read though the bus is lost, too, until it is changed or its time is over", async () => {
    const { open, bus, advance } = tiers({ nearTtl: 1_000 })
    const { backend, far } = await open()
    await backend.set("kept", 1)
    await backend.set("changed", 1)
    const down = (): Promise<never> => Promise.reject(new Error("far is down"))
    Object.assign(far, { get: down, set: down })
    bus.disconnect()
    expect(await backend.get("kept")).toBe(1)
    expect(await backend.get("changed")).toBe(1)
    await expect(backend.set("changed", 2)).rejects.toThrow("far is down")
    await expect(backend.get("changed")).rejects.toThrow("far is down")
    advance(999)
    expect(await backend.get("kept")).toBe(1)
    advance(1)
    await expect(backend.get("kept")).rejects.toThrow("far is down")
  })

  it("is not asked any more when the handle is closed", async () => {
    const { store, open } = tiers()
    store.set("key", "value")
    const { backend, far, nearStore } = await open()
    const reading = backend.get("key")
    const closing = backend.close()
    far.ttl = () => Promise.reject(new Error("it is closed"))
    await closing
    await reading
    await quiet()
    expect(nearStore.stats().entries).toBe(0)
    expect(backend.close()).toBe(backend.close())
  })
})

describe("a near store that fails", () => {
  it("is no failure of a call", async () => {
    const store = new LocmemStore()
    const near = new LocmemBackend()
    const down = (): Promise<never> => Promise.reject(new Error("near is down"))
    Object.assign(near, { get: down, set: down, getMany: down })
    const backend = new TieredBackend<unknown>(near, new LocmemBackend({ store }), { nearTtl: 1_000 })
    await backend.set("key", "value")
    expect(await backend.get("key")).toBe("value")
    expect(await backend.getMany?.(["key"])).toEqual(["value"])
  })

  it("is not used while it may hold what it failed to remove", async () => {
    let time = 0
    const now = (): number => time
    const [store, nearStore] = [new LocmemStore({ now }), new LocmemStore({ now })]
    const near = new LocmemBackend({ store: nearStore })
    const backend = new TieredBackend<unknown>(near, new LocmemBackend({ store }), { nearTtl: 1_000, now })
    await backend.set("key", "old")
    const { delete: remove } = near
    near.delete = () => Promise.reject(new Error("near is down"))
    await backend.delete("key")
    near.delete = remove
    expect(nearStore.get("key")).toMatchObject({ packed: "old" })
    expect(await backend.get("key")).toBe(undefined)
    time += 1_001
    store.set("key", "new")
    expect(await backend.get("key")).toBe("new")
    await quiet()
    expect(nearStore.get("key")).toMatchObject({ packed: "new" })
  })

  it("is not used after a clear that it cannot do, until all is over that it held", async () => {
    let time = 0
    const now = (): number => time
    const near = new LocmemBackend({ now })
    Object.assign(near, { clear: undefined })
    const backend = new TieredBackend<unknown>(near, new LocmemBackend({ now }), { nearTtl: 1_000, now })
    await backend.set("key", "value")
    await backend.clear?.("")
    expect(await backend.get("key")).toBe(undefined)
    time += 1_001
    await backend.set("key", "value")
    expect(await near.get("key")).toMatchObject({ packed: "value" })
  })
})

import { EventEmitter } from "node:events"
import { describe, expect, it } from "vitest"
import type { AdapterEntry, KeyvAdapter } from "./keyv-adapter.js"
import { KeyvBackend } from "./keyv-backend.js"

const bytes = Uint8Array.of(1, 2, 3)
const start = Date.UTC(2026, 0, 1)
const now = () => start
const day = 86_400_000

/** What an adapter was told, and what it keeps. */
class RecordingAdapter extends EventEmitter implements KeyvAdapter {
  readonly entries = new Map<string, unknown>()
  readonly told: (number | undefined)[] = []
  readonly capabilities: { expires: boolean }
  disconnects = 0

  constructor({ expires }: { expires: boolean } = { expires: false }) {
    super()
    this.capabilities = { expires }
  }

  get(key: string): unknown {
    return this.entries.get(key)
  }

  set(key: string, value: string, expiry?: number): unknown {
    this.told.push(expiry)
    this.entries.set(key, value)
    return undefined
  }

  delete(key: string): unknown {
    return this.entries.delete(key)
  }

  disconnect(): void {
    this.disconnects += 1
  }
}

/** With the batches of either version. */
class BatchingAdapter extends RecordingAdapter {
  getMany(keys: string[]): unknown {
    return keys.map((key) => this.entries.get(key))
  }

  setMany(entries: AdapterEntry[]): unknown {
    for (const { key, value, ttl, expires } of entries) this.set(key, value, ttl ?? expires)
    return undefined
  }

  deleteMany(keys: string[]): unknown {
    const removed = keys.map((key) => this.entries.delete(key))
    return this.capabilities.expires ? removed : removed.some(Boolean)
  }
}

describe("a KeyvBackend", () => {
  it("has the batches that its adapter has, and counts deletions only where the adapter does", () => {
    const methods = (adapter: KeyvAdapter) => {
      const backend = new KeyvBackend(adapter)
      return (["getMany", "setMany", "deleteMany"] as const).filter((name) => name in backend)
    }
    expect(methods(new Map())).toEqual([])
    expect(methods(new BatchingAdapter())).toEqual(["getMany", "setMany"])
    expect(methods(new BatchingAdapter({ expires: true }))).toEqual(["getMany", "setMany", "deleteMany"])
  })

  it("has nothing that its adapter cannot do in one step or in bounds", () => {
    const backend = new KeyvBackend(new BatchingAdapter({ expires: true }))
    for (const name of ["add", "touch", "incr", "deleteIfEqual", "replaceIfEqual", "clear", "keys", "prune", "stats"]) {
      expect(name in backend).toBe(false)
    }
  })

  it("tells adapters of Keyv 5 a ttl, and those of Keyv 6 the time of the end", async () => {
    const [five, six] = [new BatchingAdapter(), new BatchingAdapter({ expires: true })]
    for (const adapter of [five, six]) {
      const backend = new KeyvBackend(adapter, { now })
      await backend.set("one", bytes, 1_500)
      await backend.setMany?.([{ key: "two", value: bytes }], 1_500)
      await backend.set("for ever", bytes)
    }
    expect(five.told).toEqual([3_000, 3_000, undefined])
    expect(six.told).toEqual([start + 3_000, start + 3_000, undefined])
  })

  it("tells no ttl of more than 30 days, which @keyv/memcache would take for a date", async () => {
    const adapter = new RecordingAdapter()
    await new KeyvBackend(adapter, { now }).set("key", bytes, 40 * day)
    await new KeyvBackend(adapter, { now, maxAdapterTtl: Number.POSITIVE_INFINITY }).set("key", bytes, 40 * day)
    expect(adapter.told).toEqual([undefined, 40 * day + 1_000])
  })

  it("never tells less than a second, which @keyv/memcache would take for never", async () => {
    const adapter = new RecordingAdapter()
    await new KeyvBackend(adapter, { now }).set("key", bytes, 1)
    expect(adapter.told).toEqual([2_000])
  })

  it("ends entries by its own clock, and leaves what has ended to the adapter", async () => {
    let time = start
    const adapter = new RecordingAdapter()
    const backend = new KeyvBackend(adapter, { now: () => time })
    await backend.set("key", bytes, 1_000)
    time += 999
    expect(await backend.ttl("key")).toBe(1)
    time += 1
    expect(await backend.get("key")).toBeUndefined()
    expect(await backend.delete("key")).toBe(false)
    expect(adapter.entries.has("key")).toBe(true)
  })

  it("takes the miss of @keyv/memcache for a miss, without a delete", async () => {
    const adapter = new RecordingAdapter()
    adapter.entries.set("key", { value: undefined, expires: 0 })
    expect(await new KeyvBackend(adapter).get("key")).toBeUndefined()
    expect(adapter.entries.has("key")).toBe(true)
  })

  it("takes for a miss what others left under its key", async () => {
    const adapter = new RecordingAdapter()
    adapter.entries.set("key", '{"value":{"deep":true}}')
    expect(await new KeyvBackend(adapter).get("key")).toBeUndefined()
  })

  it("leaves the namespace of its adapter alone, also with a second backend on it", async () => {
    const adapter = Object.assign(new RecordingAdapter(), { namespace: "the caller's" })
    await new KeyvBackend(adapter).set("key", bytes)
    await new KeyvBackend(adapter).set("other", bytes)
    expect(adapter.namespace).toBe("the caller's")
    expect(await new KeyvBackend(adapter).get("key")).toEqual(bytes)
  })

  it("rejects what its adapter only announces", async () => {
    const adapter = new BatchingAdapter({ expires: true })
    const backend = new KeyvBackend(adapter)
    await backend.set("there", bytes)
    const fail = () => {
      adapter.emit("error", new Error("connection lost"))
      return Promise.resolve(undefined)
    }
    const failMany = async (keys: readonly unknown[]) => {
      await fail()
      return keys.map(() => undefined)
    }
    adapter.set = fail
    adapter.setMany = fail
    adapter.getMany = failMany
    await expect(backend.set("key", bytes)).rejects.toThrow("connection lost")
    await expect(backend.setMany?.([{ key: "key", value: bytes }])).rejects.toThrow("connection lost")
    await expect(backend.getMany?.(["there", "key"])).rejects.toThrow("connection lost")
    adapter.setMany = () => {
      void fail()
      return []
    }
    await expect(backend.setMany?.([{ key: "key", value: bytes }])).rejects.toThrow("connection lost")
    adapter.delete = fail
    await expect(backend.delete("there")).rejects.toThrow("connection lost")
    adapter.get = fail
    await expect(backend.get("there")).rejects.toThrow("connection lost")
  })

  it("survives errors that its adapter announces between calls", async () => {
    const adapter = new RecordingAdapter()
    const backend = new KeyvBackend(adapter)
    expect(() => adapter.emit("error", new Error("idle connection lost"))).not.toThrow()
    expect(await backend.get("key")).toBeUndefined()
  })

  it("rejects when its adapter answers that it did not store", async () => {
    const adapter = new BatchingAdapter()
    adapter.set = () => false
    adapter.setMany = () => [true, false]
    const backend = new KeyvBackend(adapter)
    await expect(backend.set("key", bytes)).rejects.toThrow("did not store")
    await expect(backend.setMany?.([{ key: "key", value: bytes }])).rejects.toThrow("did not store")
  })

  it("rejects a batch that is answered with too little", async () => {
    const adapter = new BatchingAdapter()
    adapter.getMany = () => []
    await expect(new KeyvBackend(adapter).getMany?.(["a", "b"])).rejects.toThrow(
      "must return an array of 2 results for a batch of 2 keys; got an array of",
    )
    const six = new BatchingAdapter({ expires: true })
    six.setMany = () => [true]
    const entries = ["a", "b"].map((key) => ({ key, value: bytes }))
    await expect(new KeyvBackend(six).setMany?.(entries)).rejects.toThrow(
      "must return an array of 2 results for a batch of 2 keys; got an array of",
    )
  })

  it("refuses a value that is too large", async () => {
    const backend = new KeyvBackend(new Map(), { maxValueBytes: 2 })
    await expect(backend.set("key", bytes)).rejects.toThrow(RangeError)
  })

  it("disconnects the adapter that its function made, once, and no other", async () => {
    const [given, made] = [new RecordingAdapter(), new RecordingAdapter()]
    const [onGiven, onMade] = [new KeyvBackend(given), new KeyvBackend(() => made)]
    await Promise.all([onGiven.close(), onMade.close(), onMade.close()])
    expect([given.disconnects, made.disconnects]).toEqual([0, 1])
  })

  it("leaves no listener on an adapter that it was given", async () => {
    const adapter = new RecordingAdapter()
    const [first, second] = [new KeyvBackend(adapter), new KeyvBackend(adapter)]
    await Promise.all([first.close(), first.close()])
    expect(adapter.listenerCount("error")).toBe(1)
    await second.close()
    expect(adapter.listenerCount("error")).toBe(0)
  })

  it("survives an error of its own adapter after it has disconnected", async () => {
    const adapter = new RecordingAdapter()
    await new KeyvBackend(() => adapter).close()
    expect(() => adapter.emit("error", new Error("socket closed"))).not.toThrow()
  })

  it("promises nothing of a store that it is not told about", () => {
    expect(new KeyvBackend(new Map()).capabilities).toEqual({
      shared: true,
      persistent: false,
      evicts: true,
      remote: true,
      ttlResolution: 1,
    })
  })

  it("says of its store what it is told", () => {
    const options = { remote: false, persistent: true, evicts: false, maxKeyBytes: 250, portableKeysOnly: true }
    expect(new KeyvBackend(new Map(), options).capabilities).toEqual({
      shared: true,
      persistent: true,
      evicts: false,
      ttlResolution: 1,
      maxKeyBytes: 250,
      portableKeysOnly: true,
    })
  })

  it.each([undefined, null, "redis://127.0.0.1", { get: () => 1 }])("refuses %j, which is no adapter", (adapter) => {
    expect(() => new KeyvBackend(adapter as unknown as KeyvAdapter)).toThrow(
      /^A KeyvBackend takes .*; got (undefined|null|a string|\[Object\]) without .*set, delete$/,
    )
  })
})

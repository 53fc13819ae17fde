import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { MapBackend } from "../test/map-backend.js"
import type { Backend } from "./backend.js"
import { Cache } from "./cache.js"
import type { GetOrSetOptions } from "./call-options.js"
import { DeadlockError, NotSupportedError, ProducerTimeoutError } from "./errors.js"
import type { ProducerContext } from "./producer.js"
import type { Timeout } from "./timeout.js"
import { type Operation, operations } from "./tracing.js"

let now = 0

/** A cache whose clock and whose store's clock go together. */
function setUp() {
  const backend = new MapBackend()
  backend.now = now
  const advance = (seconds: number): void => {
    now += seconds * 1_000
    backend.now = now
    vi.setSystemTime(now)
  }
  return { backend, advance, cache: new Cache(backend), other: new Cache(backend) }
}

function deferred<Value>() {
  let resolve = (_value: Value): void => undefined
  let reject = (_error: unknown): void => undefined
  const promise = new Promise<Value>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}

/** Lets everything run that waits for nothing outside. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A producer that answers how often it was called. */
function counter() {
  const producer = Object.assign((): number => ++producer.runs, { runs: 0 })
  return producer
}

/** A producer that has its value not stored. */
const skipping =
  (value: number) =>
  ({ skip }: ProducerContext): number => {
    skip()
    return value
  }

/** A producer of 1 that decides its timeout. */
const keptFor =
  (time: Timeout) =>
  ({ timeout }: ProducerContext): number => {
    timeout(time)
    return 1
  }

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] })
  now = 1_000_000
  vi.setSystemTime(now)
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe("a crowd that joins one read of a stale value", () => {
  it("is judged by the policy of each, waits for one producer, and can be left by who has a signal", async () => {
    const { advance, cache } = setUp()
    await cache.getOrSet("k", () => "old", { timeout: 1, staleFor: 60 })
    advance(2)
    const { promise, resolve } = deferred<string>()
    let runs = 0
    const produce = (): Promise<string> => {
      runs++
      return promise
    }
    const controller = new AbortController()
    const patient = [1, 2, 3].map(() => cache.getOrSet("k", produce))
    const content = cache.getOrSet("k", produce, { staleFor: 60 })
    const leaving = cache.getOrSet("k", produce, { signal: controller.signal })
    const late = cache.getOrSet("k", produce)
    expect(await content).toBe("old")
    controller.abort(new Error("gone"))
    await expect(leaving).rejects.toThrow("gone")
    resolve("new")
    expect(await Promise.all([...patient, late])).toEqual(["new", "new", "new", "new"])
    // One of those who wait, and one in the background.
    expect(runs).toBe(2)
  })

  it("gives each a value of its own", async () => {
    const { cache } = setUp()
    const crowd = await Promise.all([1, 2, 3].map(() => cache.getOrSet("k", () => ({ a: 1 }))))
    for (const value of crowd) value.a++
    expect(crowd).toEqual([{ a: 2 }, { a: 2 }, { a: 2 }])
  })

  it("is rejected as a whole when the producer fails", async () => {
    const { cache } = setUp()
    const produce = (): Promise<never> => Promise.reject(new Error("no"))
    const crowd = await Promise.allSettled([1, 2, 3].map(() => cache.getOrSet("k", produce)))
    expect(crowd.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"])
  })
})

describe("staleFor", () => {
  it("gives the old value at once, and one refresh runs for the crowd", async () => {
    const { advance, cache } = setUp()
    const options = { timeout: 10, staleFor: 60 }
    await cache.getOrSet("k", () => "old", options)
    advance(10)
    expect(await cache.get("k")).toBeUndefined()
    expect(await cache.has("k")).toBe(false)
    expect(await cache.ttl("k")).toBeUndefined()
    const work = deferred<string>()
    let runs = 0
    const produce = ({ stale }: { stale: string | undefined }): Promise<string> => {
      runs++
      expect(stale).toBe("old")
      return work.promise
    }
    for (let round = 0; round < 3; round++) {
      const crowd = await Promise.all(Array.from({ length: 100 }, () => cache.getOrSet("k", produce, options)))
      expect(new Set(crowd)).toEqual(new Set(["old"]))
    }
    expect(runs).toBe(1)
    work.resolve("new")
    await settled()
    expect(await cache.getOrSet("k", produce, options)).toBe("new")
    expect(await cache.get("k")).toBe("new")
    expect(runs).toBe(1)
  })

  it("ends, and the value is computed then", async () => {
    const { advance, backend, cache } = setUp()
    await cache.getOrSet("k", () => "old", { timeout: 10, staleFor: 60 })
    advance(70)
    expect(await cache.getOrSet("k", () => "new", { timeout: 10, staleFor: 60 })).toBe("new")
    advance(70)
    expect(await backend.get(":1:k")).toBeUndefined()
  })

  it("keeps the old value when the refresh fails, and tries again", async () => {
    const { advance, cache } = setUp()
    const errors: unknown[] = []
    const seen = (operation: Operation): void => {
      if (operation.operation === "refresh") errors.push(operation.error)
    }
    await cache.getOrSet("k", () => "old", { timeout: 10, staleFor: 60 })
    advance(10)
    const listener = (message: unknown): void => seen(message as Operation)
    operations.asyncEnd.subscribe(listener)
    const failing = vi.fn(() => Promise.reject(new Error("the source is down")))
    for (let round = 0; round < 2; round++) {
      expect(await cache.getOrSet("k", failing, { timeout: 10, staleFor: 60 })).toBe("old")
      await settled()
    }
    operations.asyncEnd.unsubscribe(listener)
    expect(failing).toHaveBeenCalledTimes(2)
    expect(errors.map(String)).toEqual(["Error: the source is down", "Error: the source is down"])
  })

  it("is not for what was invalidated, removed or overwritten", async () => {
    const { advance, cache, other } = setUp()
    const options = { timeout: 10, staleFor: 60, tags: ["t"] }
    await cache.getOrSet("k", () => "old", options)
    advance(10)
    await other.invalidateTags(["t"])
    expect(await cache.getOrSet("k", () => "new", options)).toBe("new")
    advance(10)
    await other.delete("k")
    expect(await cache.getOrSet("k", () => "newer", options)).toBe("newer")
    advance(10)
    expect(await other.add("k", "added")).toBe(true)
    expect(await cache.getOrSet("k", () => "newest", options)).toBe("added")
  })

  it("is moved by touch with the timeout", async () => {
    const { advance, cache } = setUp()
    const options = { timeout: 10, staleFor: 60 }
    await cache.getOrSet("k", () => "old", options)
    advance(5)
    expect(await cache.touch("k", 20)).toBe(true)
    expect(await cache.ttl("k")).toBe(20)
    advance(19)
    expect(await cache.get("k")).toBe("old")
    advance(60)
    expect(await cache.getOrSet("k", () => "new", options)).toBe("old")
    await settled()
    expect(await cache.touch("k", null)).toBe(true)
    expect(await cache.ttl("k")).toBeNull()
    await cache.getOrSet("n", () => 1, options)
    expect(await cache.touch("n", null)).toBe(true)
    expect(await cache.incr("n")).toBe(2)
  })

  it("does not store a refresh over what was written or removed while it ran", async () => {
    const { advance, cache } = setUp()
    const options = { timeout: 10, staleFor: 60 }
    for (const write of [() => cache.set("k", "written"), () => cache.delete("k")]) {
      await cache.set("k", "x")
      await cache.delete("k")
      await cache.getOrSet("k", () => "old", options)
      advance(10)
      const work = deferred<string>()
      await cache.getOrSet("k", () => work.promise, options)
      await write()
      const written = await cache.get("k")
      work.resolve("outdated")
      await settled()
      expect(await cache.get("k")).toBe(written)
    }
  })
})

describe("staleIfError", () => {
  const options: GetOrSetOptions = { timeout: 10, staleIfError: 60 }

  it("gives the old value when the producer fails, and the new one when it does not", async () => {
    const { advance, cache } = setUp()
    await cache.getOrSet("k", () => "old", options)
    advance(10)
    const fail = (): never => {
      throw new Error("the source is down")
    }
    expect(await cache.getOrSet("k", fail, options)).toBe("old")
    expect(await cache.getOrSet("k", () => Promise.reject(new Error("down")), options)).toBe("old")
    expect(await cache.getOrSet("k", () => "new", options)).toBe("new")
    advance(70)
    await expect(cache.getOrSet("k", fail, options)).rejects.toThrow("the source is down")
  })

  it("gives the old value after timeoutSoft, while the producer goes on and its value is stored", async () => {
    const { advance, cache } = setUp()
    await cache.getOrSet("k", () => "old", options)
    advance(10)
    const work = deferred<string>()
    const produce = vi.fn(() => work.promise)
    expect(await cache.getOrSet("k", produce, { ...options, timeoutSoft: "5ms" })).toBe("old")
    expect(await cache.getOrSet("k", produce, { ...options, timeoutSoft: "5ms" })).toBe("old")
    work.resolve("new")
    await settled()
    expect(await cache.get("k")).toBe("new")
    expect(produce).toHaveBeenCalledTimes(1)
  })
})

describe("timeoutHard", () => {
  it("ends the wait for a producer that hangs, tells it, and starts anew for the next caller", async () => {
    const { cache } = setUp()
    let signal: AbortSignal | undefined
    const hang = (context: { signal: AbortSignal }): Promise<never> => {
      signal = context.signal
      return new Promise(() => undefined)
    }
    const calls = [1, 2, 3].map(() => cache.getOrSet("k", hang, { timeoutHard: "10ms" }))
    for (const call of calls) await expect(call).rejects.toThrow(ProducerTimeoutError)
    expect(signal?.aborted).toBe(true)
    expect(signal?.reason).toBeInstanceOf(ProducerTimeoutError)
    expect(await cache.getOrSet("k", () => "made", { timeoutHard: "10ms" })).toBe("made")
  })

  it("stores what comes late all the same, unless somebody wrote or removed the entry", async () => {
    const { cache } = setUp()
    const late = deferred<string>()
    await expect(cache.getOrSet("k", () => late.promise, { timeoutHard: "1ms" })).rejects.toThrow(ProducerTimeoutError)
    late.resolve("late")
    await settled()
    expect(await cache.get("k")).toBe("late")
    const later = deferred<string>()
    await expect(cache.getOrSet("l", () => later.promise, { timeoutHard: "1ms" })).rejects.toThrow(ProducerTimeoutError)
    await cache.delete("l")
    later.resolve("outdated")
    await settled()
    expect(await cache.get("l")).toBeUndefined()
  })
})

describe("early", () => {
  it("refreshes in the background before the timeout, the likelier the nearer and the dearer", async () => {
    const { advance, cache } = setUp()
    const random = vi.spyOn(Math, "random")
    let runs = 0
    const produce = async (): Promise<number> => {
      vi.spyOn(performance, "now").mockReturnValueOnce(0)
      return ++runs
    }
    const clock = vi.spyOn(performance, "now")
    // The producer takes two seconds.
    clock.mockReturnValueOnce(0).mockReturnValueOnce(2_000)
    const options = { timeout: 10, early: true }
    await cache.getOrSet("k", produce, options)
    clock.mockRestore()
    advance(5)
    // 2 s * -ln(1 - 0.9) is 4.6 s: not yet.
    random.mockReturnValue(0.9)
    expect(await cache.getOrSet("k", produce, options)).toBe(1)
    await settled()
    expect(runs).toBe(1)
    // 2 s * -ln(1 - 0.95) is 6.0 s: now.
    random.mockReturnValue(0.95)
    expect(await cache.getOrSet("k", produce, options)).toBe(1)
    await settled()
    expect(runs).toBe(2)
    expect(await cache.get("k")).toBe(2)
  })
})

describe("lock", () => {
  const options: GetOrSetOptions = { lock: true }

  it("lets one of several processes compute, and gives all its value", async () => {
    const { backend } = setUp()
    const produce = counter()
    const slow = async (): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      return produce()
    }
    const processes = Array.from({ length: 8 }, () => new Cache(backend))
    vi.useRealTimers()
    const answers = await Promise.all(
      processes.flatMap((cache) => [1, 2, 3].map(() => cache.getOrSet("k", slow, options))),
    )
    expect(new Set(answers)).toEqual(new Set([1]))
    expect(produce.runs).toBe(1)
  })

  it("is a miss for readers, and no entry for add, touch and incr, while it computes", async () => {
    const { cache, other } = setUp()
    const work = deferred<number>()
    const computing = cache.getOrSet("k", () => work.promise, options)
    await settled()
    expect(await other.get("k")).toBeUndefined()
    expect(await other.has("k")).toBe(false)
    expect(await other.ttl("k")).toBeUndefined()
    expect(await other.touch("k")).toBe(false)
    await expect(other.incr("k")).rejects.toThrow("there is no entry")
    expect(await other.add("k", "added")).toBe(true)
    work.resolve(1)
    expect(await computing).toBe("added")
  })

  it("does not store what was computed before a delete or a set of another process", async () => {
    const { cache, other } = setUp()
    for (const write of [() => other.delete("k"), () => other.set("k", "written")]) {
      await other.delete("k")
      const work = deferred<string>()
      const computing = cache.getOrSet("k", () => work.promise, options)
      await settled()
      await write()
      const written = await other.get("k")
      work.resolve("outdated")
      await computing
      expect(await other.get("k")).toBe(written)
    }
  })

  it("is given back when the producer fails, brings nothing or stores nothing", async () => {
    const { backend, cache } = setUp()
    await expect(cache.getOrSet("k", () => Promise.reject(new Error("no")), options)).rejects.toThrow("no")
    expect(backend.entries.size).toBe(0)
    await cache.getOrSet("k", () => undefined as unknown, options)
    expect(backend.entries.size).toBe(0)
    expect(await cache.getOrSet("k", skipping(1), options)).toBe(1)
    expect(backend.entries.size).toBe(0)
    expect(await cache.getOrSet("k", keptFor(0), options)).toBe(1)
    expect(backend.entries.size).toBe(0)
  })

  it("of a process that died runs out", async () => {
    const { advance, cache, other } = setUp()
    const dead = cache.getOrSet("k", () => new Promise<string>(() => undefined), { lock: { lease: 5, wait: 1 } })
    await settled()
    advance(5)
    expect(await other.getOrSet("k", () => "made", { lock: { lease: 5, wait: "1ms" } })).toBe("made")
    expect(await other.get("k")).toBe("made")
    void dead
  })

  it("that is held too long lets others compute, who do not store", async () => {
    const { advance, cache, other } = setUp()
    const work = deferred<string>()
    const slow = cache.getOrSet("k", () => work.promise, options)
    await settled()
    const waiting = other.getOrSet("k", () => "own", { lock: { wait: "1ms" } })
    await settled()
    advance(1)
    expect(await waiting).toBe("own")
    expect(await other.get("k")).toBeUndefined()
    work.resolve("slow")
    expect(await slow).toBe("slow")
    expect(await other.get("k")).toBe("slow")
  })

  it("is renewed while the producer runs", async () => {
    vi.useFakeTimers({ now })
    const { backend, cache, other } = setUp()
    Object.defineProperty(backend, "now", { get: () => Date.now() })
    const work = deferred<string>()
    const slow = cache.getOrSet("k", () => work.promise, { lock: { lease: "300ms" } })
    await vi.advanceTimersByTimeAsync(900)
    const produce = vi.fn(() => "other")
    const waiting = other.getOrSet("k", produce, options)
    await vi.advanceTimersByTimeAsync(50)
    work.resolve("slow")
    const answers = Promise.all([slow, waiting])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await answers).toEqual(["slow", "slow"])
    expect(produce).not.toHaveBeenCalled()
  })

  it("keeps the stale value readable, and leaves it when the refresh fails", async () => {
    const { advance, cache, other } = setUp()
    const stale: GetOrSetOptions = { timeout: 10, staleFor: 60, lock: true }
    await cache.getOrSet("k", () => "old", stale)
    advance(10)
    const work = deferred<string>()
    const produce = vi.fn(() => "other")
    expect(await cache.getOrSet("k", () => work.promise, stale)).toBe("old")
    await settled()
    expect(await other.getOrSet("k", produce, stale)).toBe("old")
    await settled()
    expect(produce).not.toHaveBeenCalled()
    work.reject(new Error("no"))
    await settled()
    expect(await other.getOrSet("k", produce, stale)).toBe("old")
    await settled()
    expect(produce).toHaveBeenCalledTimes(1)
    expect(await cache.get("k")).toBe("other")
  })

  it("computes without it when the store fails", async () => {
    const { backend, cache } = setUp()
    backend.failure = new Error("down")
    expect(await cache.getOrSet("k", () => 1, options)).toBe(1)
  })
})

describe("a producer", () => {
  it("that waits for its own value is told so", async () => {
    const { cache } = setUp()
    const own = (): Promise<string> => cache.getOrSet("k", own)
    await expect(own()).rejects.toThrow(DeadlockError)
    const a = (): Promise<string> => cache.getOrSet("a", b)
    const b = (): Promise<string> => cache.getOrSet("b", a)
    await expect(a()).rejects.toThrow(DeadlockError)
    expect(await cache.getOrSet("k", () => cache.getOrSet("l", () => "inner"))).toBe("inner")
  })

  it("that waits for one that waits for it is told so, whoever began", async () => {
    const { cache } = setUp()
    const both = deferred<void>()
    const first = cache.getOrSet("a", async () => {
      await both.promise
      return cache.getOrSet("b", () => "never")
    })
    const second = cache.getOrSet("b", async () => {
      await both.promise
      return cache.getOrSet("a", () => "never")
    })
    both.resolve()
    const outcomes = await Promise.allSettled([first, second])
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"])
  })

  it("that throws at once stores nothing", async () => {
    const { backend, cache } = setUp()
    const throwing = (): never => {
      throw new TypeError("a bug")
    }
    await expect(cache.getOrSet("k", throwing)).rejects.toThrow("a bug")
    expect(backend.entries.size).toBe(0)
  })

  it("decides the timeout, and whether anything is stored", async () => {
    const { cache } = setUp()
    expect(await cache.getOrSet("k", keptFor("1h"))).toBe(1)
    expect(await cache.ttl("k")).toBe(3_600)
    expect(await cache.getOrSet("l", skipping(2))).toBe(2)
    expect(await cache.get("l")).toBeUndefined()
  })
})

describe("options", () => {
  const refused: [GetOrSetOptions, string][] = [
    [{ staleFor: 10, timeout: null }, "staleFor needs a timeout: an entry that never expires is never stale"],
    [{ staleIfError: 10, timeout: 0 }, "staleIfError needs a timeout above zero"],
    [{ early: true, timeout: null }, "early needs a timeout"],
    [{ staleFor: null }, "staleFor must be finite; 0 turns it off; got null"],
    [{ staleIfError: "Infinityd" as never }, "A timeout is a number of seconds"],
    [{ staleIfError: Number.POSITIVE_INFINITY }, "staleIfError must be finite; 0 turns it off; got Infinity"],
    [{ timeoutSoft: 1 }, "timeoutSoft needs staleIfError"],
    [{ timeoutSoft: 2, timeoutHard: 1, staleIfError: 5 }, "timeoutSoft must be shorter than timeoutHard"],
    [{ timeoutSoft: 0, staleIfError: 5 }, "timeoutSoft must be longer than zero; null turns it off; got 0"],
    [{ timeoutHard: 0 }, "timeoutHard must be longer than zero; null turns it off; got 0"],
    [{ early: "yes" as never }, 'early is true or false; got "yes"'],
    [{ lock: "yes" as never }, "lock is true, false, or { lease, wait }"],
    [{ lock: { lease: 0 } }, "lock.lease must be finite and longer than zero"],
  ]

  it.each(refused)("%j are refused, at the call and at construction", async (options, message) => {
    const { backend, cache } = setUp()
    await expect(cache.getOrSet("k", () => 1, options)).rejects.toThrow(message)
    const { tags: _tags, signal: _signal, ...ofCache } = options
    expect(() => new Cache(backend, ofCache)).toThrow(message)
  })

  it("of a cache hold for each call that does not say", async () => {
    const { advance, backend } = setUp()
    const cache = new Cache(backend, { timeout: 10, staleFor: 60 })
    await cache.getOrSet("k", () => "old")
    advance(10)
    expect(await cache.getOrSet("k", () => "new")).toBe("old")
  })

  const ofCache = { timeout: 10, staleFor: 5, staleIfError: 60, early: true, lock: true, timeoutSoft: "20ms" } as const
  const off = { staleFor: 0, staleIfError: 0, early: false, lock: false, timeoutSoft: null, timeoutHard: null } as const

  it("of a cache can all be turned off for a call", async () => {
    const { advance, backend } = setUp()
    const cache = new Cache(backend, { ...ofCache, timeoutHard: "40ms" })
    await cache.getOrSet("k", () => "old")
    advance(10)
    backend.calls.length = 0
    await expect(cache.getOrSet("k", () => Promise.reject(new Error("no")), off)).rejects.toThrow("no")
    const slow = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve("slow"), 60))
    expect(await cache.getOrSet("k", slow, off)).toBe("slow")
    expect(backend.calls).toEqual(["get", "get", "replaceIfEqual"])
    expect(await cache.getOrSet("l", () => 1, { ...off, timeout: null })).toBe(1)
    expect(await cache.ttl("l")).toBeNull()
  })

  it.each(["staleFor", "staleIfError"] as const)(
    "of a cache can be turned off without the others: %s",
    async (name) => {
      const { advance, backend } = setUp()
      const cache = new Cache(backend, { timeout: 10, [name]: 60 })
      await cache.getOrSet("k", () => "old")
      advance(10)
      await expect(cache.getOrSet("k", () => Promise.reject(new Error("no")), { [name]: 0 })).rejects.toThrow("no")
      expect(await cache.getOrSet("k", () => "new", { [name]: 0 })).toBe("new")
    },
  )

  it("of any length are waited for", async () => {
    const { backend } = setUp()
    const cache = new Cache(backend, { operationTimeout: "1w" })
    const slow = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve("slow"), 30))
    const options: GetOrSetOptions = { timeoutHard: "60d", lock: { lease: "200d" } }
    expect(await cache.getOrSet("k", slow, options)).toBe("slow")
    expect(backend.calls).toEqual(["get", "add", "replaceIfEqual"])
    backend.clear = () => new Promise((resolve) => setTimeout(resolve, 30))
    await cache.clear()
  })

  it("that a cache and a call contradict in are refused", async () => {
    const { backend } = setUp()
    const cache = new Cache(backend, ofCache)
    await expect(cache.getOrSet("k", () => 1, { staleIfError: 0 })).rejects.toThrow("timeoutSoft needs staleIfError")
    expect(await cache.getOrSet("k", () => 1, { staleIfError: 0, timeoutSoft: null })).toBe(1)
  })

  it("that turn stale values off hold while another process has the lease", async () => {
    const { advance, cache, other } = setUp()
    const stale: GetOrSetOptions = { timeout: 10, staleFor: 60, lock: true }
    await cache.getOrSet("k", () => "old", stale)
    advance(10)
    const work = deferred<string>()
    expect(await cache.getOrSet("k", () => work.promise, stale)).toBe("old")
    await settled()
    const waiting = other.getOrSet("k", () => "other", { ...stale, staleFor: 0 })
    await settled()
    work.resolve("new")
    expect(await waiting).toBe("new")
  })

  it("with a lock are refused where the backend cannot give one", async () => {
    const { backend } = setUp()
    const lacking: Backend = Object.assign(backend, { add: undefined, replaceIfEqual: undefined }) as unknown as Backend
    expect(() => new Cache(lacking, { lock: true })).toThrow(NotSupportedError)
    await expect(new Cache(lacking).getOrSet("k", () => 1, { lock: true })).rejects.toThrow(
      "the map backend has no add, no replaceIfEqual; leave lock out, or use another backend",
    )
  })
})

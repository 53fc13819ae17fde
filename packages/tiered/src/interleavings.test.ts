import type { Backend } from "@larder/core"
import { LocmemBackend, LocmemStore } from "@larder/locmem"
import { describe, expect, it } from "vitest"
import { everyOrder, type Scheduler, StepwiseBus, stepwise } from "../test/scheduler.js"
import type { Bus } from "./bus.js"
import type { NearEntry } from "./near-store.js"
import { TieredBackend } from "./tiered-backend.js"

const key = "key"

/** What happens at once to an entry that holds `old`, through two handles on one far store. */
type Scenario = (
  own: Backend<unknown>,
  other: Backend<unknown>,
  /** Begins a call at some step, not at once: a read that began before it may be anywhere. */
  later: (call: () => Promise<unknown> | undefined) => Promise<unknown>,
  /** The first handle, as a cache uses it. */
  cached: Backend<unknown>,
) => readonly Promise<unknown>[]

const scenarios: Readonly<Record<string, Scenario>> = {
  "a read, and another handle writes": (own, other) => [own.get(key), other.set(key, "new")],
  "a read, and another handle deletes": (own, other) => [own.get(key), other.delete(key)],
  "a read, and another handle clears": (own, other) => [own.get(key), other.clear?.("") ?? Promise.reject()],
  "a batch is read, and another handle writes": (own, other) => [
    own.getMany?.([key, "second"]) ?? Promise.reject(),
    other.set(key, "new"),
  ],
  "a read, and this handle writes": (own, _, later) => [own.get(key), later(() => own.set(key, "new"))],
  "a read, and this handle deletes": (own, _, later) => [own.get(key), later(() => own.delete(key))],
  "a read, and this handle clears": (own, _, later) => [own.get(key), later(() => own.clear?.(""))],
  "a read, and this handle replaces": (own, _, later) => [
    own.get(key),
    later(() => own.replaceIfEqual?.(key, "old", "new")),
  ],
  "two writes of this handle": (own) => [own.set(key, "new"), own.set(key, "newer")],
  "a write of either handle": (own, other) => [own.set(key, "new"), other.set(key, "newer")],
  "a read, a write of this handle, and one of another": (own, other) => [
    own.get(key),
    own.set(key, "new"),
    other.set(key, "newer"),
  ],
  "a write, and this handle clears": (own, _, later) => [own.set(key, "new"), later(() => own.clear?.(""))],
  "two reads, and another handle writes": (own, other) => [own.get(key), own.get(key), other.set(key, "new")],
  "a read, and a cache on the same handle writes": (own, _, later, cached) => [
    own.get(key),
    later(() => cached.set(key, "new")),
  ],
  "a read of a cache, and the handle itself deletes": (own, _, later, cached) => [
    cached.get(key),
    later(() => own.delete(key)),
  ],
  "a batch of a cache, and another handle clears": (_, other, _later, cached) => [
    cached.getMany?.([key, "second"]) ?? Promise.reject(),
    other.clear?.("") ?? Promise.reject(),
  ],
  "a write of the handle itself, and one of a cache on it": (own, _, _later, cached) => [
    own.set(key, "new"),
    cached.set(key, "newer"),
  ],
}

/** The backend as a cache uses it that wants its store as it is. */
function asCached(backend: Backend<unknown>): Backend<unknown> {
  const terms = { storeBehind: (store: Backend<unknown>) => store, isDecisive: () => false, answersInPart: () => false }
  return backend.onTerms?.(terms) ?? backend
}

type Tiers = (near: Backend<unknown>, far: Backend<unknown>, bus: Bus) => Backend<unknown>

const tiered: Tiers = (near, far, bus) => new TieredBackend(near, far, { bus })

/** What a new handle does when it hears of its connection is over. */
function nearIsClear(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** Orders after which something near is not what the far store holds. */
async function staleOrders(make: Tiers, scenario: Scenario, isNearStepwise: boolean): Promise<readonly string[][]> {
  const stale: string[][] = []
  await everyOrder(async (scheduler: Scheduler, run) => {
    const store = new LocmemStore()
    store.set(key, "old", 3_600_000)
    const far = stepwise<unknown>(
      new LocmemBackend({ store }),
      "far",
      ["get", "getMany", "ttl", "set", "delete", "replaceIfEqual", "clear"],
      scheduler,
    )
    const nearStore = new LocmemStore()
    const nearBackend = new LocmemBackend({ store: nearStore })
    const ownNear = isNearStepwise ? stepwise<unknown>(nearBackend, "near", ["set", "delete"], scheduler) : nearBackend
    const bus = new StepwiseBus(scheduler)
    const own = make(ownNear, far, bus)
    const other = make(new LocmemBackend(), far, bus)
    await nearIsClear()
    const later = async (call: () => Promise<unknown> | undefined): Promise<unknown> => {
      await scheduler.park("a call begins")
      return call()
    }
    const calls = Promise.all(scenario(own, other, later, asCached(own)))
    await run()
    await calls
    const [near, held] = [nearStore.get(key), store.get(key)]
    // What plain tiers keep is the value itself.
    const left = typeof near === "object" ? (near as NearEntry).packed : near
    if (left !== undefined && left !== held) stale.push([...scheduler.steps, `near: ${left}, far: ${held}`])
  })
  return stale
}

describe("in every order of the steps that meet, what is near in the end is what the far store holds", () => {
  for (const [title, scenario] of Object.entries(scenarios)) {
    it(title, async () => {
      expect(await staleOrders(tiered, scenario, false)).toEqual([])
    })
  }

  for (const title of [
    "a read, and another handle writes",
    "a read, and this handle writes",
    "two writes of this handle",
  ]) {
    it(`${title}, where the near store answers late`, async () => {
      expect(await staleOrders(tiered, scenarios[title] as Scenario, true)).toEqual([])
    })
  }
})

describe("in every order of the steps that meet, a handle reads what it wrote", () => {
  const writes: Readonly<Record<string, (own: Backend<unknown>) => readonly [Promise<unknown>, unknown]>> = {
    "after set": (own) => [own.set(key, "new"), "new"],
    "after delete": (own) => [own.delete(key), undefined],
    "after clear": (own) => [own.clear?.("k") ?? Promise.reject(), undefined],
    "after deleteMany": (own) => [own.deleteMany?.([key]) ?? Promise.reject(), undefined],
  }
  for (const [title, write] of Object.entries(writes)) {
    it(title, async () => {
      const orders = await everyOrder(async (scheduler, run) => {
        const store = new LocmemStore()
        store.set(key, "old", 3_600_000)
        const methods = ["get", "ttl", "set", "delete", "deleteMany", "clear"] as const
        const far = stepwise<unknown>(new LocmemBackend({ store }), "far", methods, scheduler)
        const own = tiered(new LocmemBackend(), far, new StepwiseBus(scheduler))
        await nearIsClear()
        const reading = own.get(key)
        const writing = async (): Promise<void> => {
          const [written, expected] = write(own)
          await written
          expect(await own.get(key), scheduler.steps.join("\n")).toBe(expected)
        }
        const calls = Promise.all([reading, writing()])
        await run()
        await calls
      })
      expect(orders).toBeGreaterThan(5)
    })
  }
})

describe("the same orders find the faults of tiers that do not watch what they read", () => {
  /** Reads near, then far; writes far, then near; drops near what others change. */
  const naive: Tiers = (near, far, bus) => {
    const origin = String(Math.random())
    bus.subscribe({
      onMessage: (message) => {
        if (message.origin !== origin) void near.delete(key)
      },
      onConnected: () => {},
      onDisconnected: () => {},
    })
    return {
      ...near,
      name: "naive",
      capabilities: far.capabilities,
      async get(name) {
        const kept = await near.get(name)
        if (kept !== undefined) return kept
        const value = await far.get(name)
        if (value !== undefined) await near.set(name, value)
        return value
      },
      async set(name, value, ttl) {
        await far.set(name, value, ttl)
        await near.set(name, value, ttl)
        await bus.publish({ origin, change: { keys: [name] } })
      },
      async delete(name) {
        const deleted = await far.delete(name)
        await near.delete(name)
        await bus.publish({ origin, change: { keys: [name] } })
        return deleted
      },
    }
  }

  for (const title of [
    "a read, and another handle writes",
    "a read, and this handle deletes",
    "two writes of this handle",
  ]) {
    it(title, async () => {
      expect(await staleOrders(naive, scenarios[title] as Scenario, false)).not.toEqual([])
    })
  }
})

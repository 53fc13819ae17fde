import { describe, expect, it } from "vitest"
import { type Flight, SingleFlight } from "./single-flight.js"

function deferred<Value>() {
  let resolve: (value: Value) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe("SingleFlight", () => {
  it("runs one piece of work for all callers of a key, and none for later ones", async () => {
    const flights = new SingleFlight<number>()
    const work = deferred<number>()
    let runs = 0
    const start = (): Promise<number> => {
      runs++
      return work.promise
    }
    const callers = Array.from({ length: 1_000 }, () => flights.join("k", start))
    expect(flights.size).toBe(1)
    work.resolve(7)
    expect(new Set(await Promise.all(callers))).toEqual(new Set([7]))
    expect(runs).toBe(1)
    expect(flights.size).toBe(0)
    await flights.join("k", start)
    expect(runs).toBe(2)
  })

  it("keeps keys apart", async () => {
    const flights = new SingleFlight<string>()
    const both = [flights.join("a", async () => "a"), flights.join("b", async () => "b")]
    expect(await Promise.all(both)).toEqual(["a", "b"])
  })

  it("gives an error to every caller, also one thrown synchronously, and forgets the flight", async () => {
    const flights = new SingleFlight<never>()
    const fail = (): never => {
      throw new Error("no")
    }
    const outcomes = await Promise.allSettled([flights.join("k", fail), flights.join("k", fail)])
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"])
    expect(flights.size).toBe(0)
  })

  it("lets one caller give up while the others go on", async () => {
    const flights = new SingleFlight<number>()
    const work = deferred<number>()
    const controller = new AbortController()
    let flight: Flight | undefined
    const patient = flights.join("k", (given) => {
      flight = given
      return work.promise
    })
    const hasty = flights.join("k", () => work.promise, { signal: controller.signal })
    controller.abort(new Error("gave up"))
    await expect(hasty).rejects.toThrow("gave up")
    expect(flight?.signal.aborted).toBe(false)
    work.resolve(1)
    expect(await patient).toBe(1)
  })

  it("aborts the work when everybody has given up, and starts afresh for the next caller", async () => {
    const flights = new SingleFlight<number>()
    const controllers = [new AbortController(), new AbortController()]
    const work = deferred<number>()
    let flight: Flight | undefined
    const callers = controllers.map(({ signal }) =>
      flights.join(
        "k",
        (given) => {
          flight = given
          return work.promise
        },
        { signal },
      ),
    )
    const outcomes = Promise.allSettled(callers)
    controllers[0]?.abort()
    expect(flight?.signal.aborted).toBe(false)
    controllers[1]?.abort()
    expect(flight?.signal.aborted).toBe(true)
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected"])
    expect(await flights.join("k", async () => 2)).toBe(2)
    work.reject(new Error("aborted, as it should be"))
    await settled()
  })

  it("knows that it is aborted also when the signal is first asked for afterwards", async () => {
    const flights = new SingleFlight<number>()
    const controller = new AbortController()
    const work = deferred<number>()
    let flight: Flight | undefined
    const caller = flights.join(
      "k",
      (given) => {
        flight = given
        return work.promise
      },
      { signal: controller.signal },
    )
    controller.abort()
    await expect(caller).rejects.toThrow()
    expect(flight?.signal.aborted).toBe(true)
    work.resolve(1)
  })

  it("does not start for a caller that has given up already", async () => {
    const flights = new SingleFlight<number>()
    let runs = 0
    const work = async (): Promise<number> => ++runs
    await expect(flights.join("k", work, { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before")
    expect(runs).toBe(0)
  })

  it("keeps no listener on a signal that outlives the call", async () => {
    const flights = new SingleFlight<number>()
    const { signal } = new AbortController()
    const listeners = new Set<unknown>()
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    Object.assign(signal, {
      addEventListener: (type: string, listener: () => void, options: object) => {
        listeners.add(listener)
        add(type, listener, options)
      },
      removeEventListener: (type: string, listener: () => void) => {
        listeners.delete(listener)
        remove(type, listener)
      },
    })
    await flights.join("k", async () => 1, { signal })
    await settled()
    expect(listeners.size).toBe(0)
  })

  it("tells a fenced flight that it is out of date, and lets nobody join it", async () => {
    const flights = new SingleFlight<number>()
    const work = deferred<number>()
    let flight: Flight | undefined
    const old = flights.join("k", (given) => {
      flight = given
      return work.promise
    })
    expect(flight?.current).toBe(true)
    expect(flights.fence("k")).toBeUndefined()
    expect(flight?.current).toBe(false)
    expect(await flights.join("k", async () => 2)).toBe(2)
    work.resolve(1)
    expect(await old).toBe(1)
  })

  it("does not let the end of a fenced flight remove the one that took its place", async () => {
    const flights = new SingleFlight<number>()
    const first = deferred<number>()
    const second = deferred<number>()
    const old = flights.join("k", () => first.promise)
    flights.fence("k")
    const current = flights.join("k", () => second.promise)
    first.resolve(1)
    await old
    expect(flights.size).toBe(1)
    second.resolve(2)
    expect(await current).toBe(2)
  })

  it("makes a fence wait for a store that had begun, failed or not", async () => {
    const flights = new SingleFlight<number>()
    const store = deferred<void>()
    const work = deferred<number>()
    const flight = flights.join("k", (given) => {
      given.storing(store.promise)
      return work.promise
    })
    let fenced = false
    const fence = Promise.resolve(flights.fence("k")).then(() => {
      fenced = true
    })
    await settled()
    expect(fenced).toBe(false)
    store.reject(new Error("the store failed"))
    await fence
    work.resolve(1)
    expect(await flight).toBe(1)
  })
})

import { Cache } from "@larder/core"
import { LocmemBackend, LocmemStore } from "@larder/locmem"
import { describe, expect, it } from "vitest"
import { LostEntryError, type Work, Workload } from "./workload.js"

function setUp(change: (backend: LocmemBackend) => object = (backend) => backend, signs = false) {
  const store = new LocmemStore()
  const backend = new LocmemBackend({ store })
  Object.assign(backend, change(backend))
  const sign = { keys: ["a key of at least thirty-two bytes, or so"] }
  const cache = new Cache(backend, { keyPrefix: "own", ...(signs && { sign }) })
  return { store, cache, workload: new Workload(cache, "bench-", 600) }
}

function named(works: readonly Work[], operation: string): Work {
  const work = works.find((one) => one.operation === operation)
  if (work === undefined) throw new Error(`${operation} is not measured`)
  return work
}

describe("a workload", () => {
  it("uses entries that expire, and removes them", async () => {
    const { store, workload } = setUp()
    const works = await workload.prepare()
    for (const { call, verify } of works) {
      for (let index = 0; index < 4; index += 1) await call(index)
      await verify?.()
    }
    const keys = store.keys("")
    expect(keys).toHaveLength(464)
    expect(keys.filter((key) => !key.startsWith("own:1:bench-"))).toEqual([])
    expect(keys.filter((key) => !(Number(store.ttl(key)) > 590_000))).toEqual([])
    await workload.remove()
    expect(store.stats().entries).toBe(0)
  })

  it("includes incr if the store and the options of the cache support it", async () => {
    const operations = async ({ workload }: ReturnType<typeof setUp>) =>
      (await workload.prepare()).map(({ operation }) => operation)
    expect(await operations(setUp())).toContain("incr")
    expect(await operations(setUp(() => ({ incr: undefined })))).not.toContain("incr")
    expect(await operations(setUp(undefined, true))).not.toContain("incr")
    await expect(operations(setUp(() => ({ incr: () => Promise.reject(new Error("refused")) })))).rejects.toThrow(
      "refused",
    )
  })

  it("rejects if a read misses", async () => {
    const { store, workload } = setUp()
    const works = await workload.prepare()
    store.clear("")
    await expect(named(works, "get").call(0)).rejects.toThrow(LostEntryError)
    await expect(named(works, "getMany(100)").call(0)).rejects.toThrow(LostEntryError)
  })

  it("rejects if a write failed", async () => {
    let isFull = false
    const { workload } = setUp((backend) => {
      const { set } = backend
      return {
        set: (...entry: Parameters<typeof set>) =>
          isFull ? Promise.reject(new Error("full")) : set.apply(backend, entry),
        setMany: undefined,
      }
    })
    const works = await workload.prepare()
    isFull = true
    for (const operation of ["set", "setMany(100)"]) {
      const { call, verify } = named(works, operation)
      await call(0)
      await expect(verify?.()).rejects.toThrow(LostEntryError)
    }
  })
})

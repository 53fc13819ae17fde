import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Evictable, S3Fifo } from "./s3-fifo.js"

class Entry implements Evictable<Entry> {
  hits = 0
  inMain = false
  newer: Entry | undefined
  older: Entry | undefined
  readonly key: string
  bytes: number
  constructor(key: string, bytes = 1) {
    this.key = key
    this.bytes = bytes
  }
}

function policyOf(...entries: Entry[]): S3Fifo<Entry> {
  const policy = new S3Fifo<Entry>()
  for (const entry of entries) policy.add(entry)
  return policy
}

const entries = (...keys: string[]): Entry[] => keys.map((key) => new Entry(key))

describe("S3Fifo", () => {
  it("evicts in the order of arrival what nobody asked for", () => {
    const policy = policyOf(...entries("a", "b", "c"))
    expect([1, 2, 3].map(() => policy.evict("entries").key)).toEqual(["a", "b", "c"])
  })

  it("keeps what was hit, and evicts what was not", () => {
    const all = entries("a", "b", "c", "d")
    const policy = policyOf(...all)
    for (const entry of all) if (entry.key !== "c") policy.hit(entry)
    expect(policy.evict("entries").key).toBe("c")
  })

  it("lets a scan pass through without losing what is wanted", () => {
    const wanted = entries(...Array.from({ length: 90 }, (_, index) => `wanted:${index}`))
    const policy = policyOf(...wanted)
    for (const entry of wanted) policy.hit(entry)
    const evicted: string[] = []
    for (let number = 0; number < 10_000; number++) {
      policy.add(new Entry(`scanned:${number}`))
      if (policy.entries > 100) evicted.push(policy.evict("entries").key)
    }
    expect(evicted).toHaveLength(9_990)
    expect(evicted.filter((key) => key.startsWith("wanted"))).toEqual([])
  })

  it("gives a place in the main queue to a key that comes back soon after it went", () => {
    const policy = policyOf(...entries("a", "b", "c", "d"))
    expect(policy.evict("entries").key).toBe("a")
    const back = new Entry("a")
    policy.add(back)
    expect(back.inMain).toBe(true)
    expect([1, 2, 3].map(() => policy.evict("entries").key)).toEqual(["b", "c", "d"])
  })

  it("counts three hits at most, and spends one on each round in the main queue", () => {
    const [warm, hot] = entries("warm", "hot") as [Entry, Entry]
    const policy = policyOf(...entries("warm", "hot"))
    for (const key of ["warm", "hot"]) expect([key, policy.evict("entries").key]).toEqual([key, key])
    // They come back while their ghosts are there, and so stand in the main queue.
    policy.add(warm)
    policy.add(hot)
    policy.hit(warm)
    for (let count = 0; count < 10; count++) policy.hit(hot)
    expect(hot.hits).toBe(3)
    expect(policy.evict("entries")).toBe(warm)
    expect(hot.hits).toBe(2)
    expect(policy.evict("entries")).toBe(hot)
  })

  it("leaves no ghost of what had its time in the main queue", () => {
    const policy = policyOf(...entries("a", "b"))
    policy.evict("entries")
    policy.add(new Entry("a"))
    policy.evict("entries")
    expect(policy.evict("entries").key).toBe("a")
    const back = new Entry("a")
    policy.add(back)
    expect(back.inMain).toBe(false)
  })

  it("weighs bytes when bytes run out: a few large newcomers do not drive out many small entries", () => {
    const wanted = entries(...Array.from({ length: 90 }, (_, index) => `wanted:${index}`))
    const policy = policyOf(...wanted)
    for (const entry of wanted) policy.hit(entry)
    const evicted: string[] = []
    for (let number = 0; number < 10; number++) {
      policy.add(new Entry(`large:${number}`, 1_000))
      evicted.push(policy.evict("bytes").key)
    }
    expect(evicted.filter((key) => key.startsWith("wanted"))).toEqual([])
  })

  it("never evicts the entry that is spared, hits or not", () => {
    const all = entries("a", "b", "c")
    const policy = policyOf(...all)
    const [spared] = all
    const evicted = [policy.evict("entries", spared), policy.evict("entries", spared)]
    expect(evicted.map(({ key }) => key)).toEqual(["b", "c"])
    expect(policy.entries).toBe(1)
  })

  it("says so when there is nothing to evict", () => {
    expect(() => new S3Fifo<Entry>().evict("entries")).toThrow(RangeError)
  })

  it("holds exactly what was added and not taken out, in any order of calls", () => {
    const step = fc.record({
      call: fc.constantFrom("add", "hit", "remove", "resize", "evict entries", "evict bytes"),
      pick: fc.nat(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
        const policy = new S3Fifo<Entry>()
        const held: Entry[] = []
        steps.forEach(({ call, pick }, index) => {
          const entry = held[pick % Math.max(1, held.length)]
          if (call === "add") {
            const added = new Entry(`key:${pick % 20}:${index}`, pick % 1_000)
            policy.add(added)
            held.push(added)
          } else if (entry === undefined) return
          else if (call === "hit") policy.hit(entry)
          else if (call === "resize") policy.resize(entry, pick % 1_000)
          else if (call === "remove") {
            policy.remove(entry)
            held.splice(held.indexOf(entry), 1)
          } else held.splice(held.indexOf(policy.evict(call === "evict bytes" ? "bytes" : "entries")), 1)
          expect(policy.entries).toBe(held.length)
          expect(policy.bytes).toBe(held.reduce((sum, { bytes }) => sum + bytes, 0))
        })
      }),
    )
  })
})

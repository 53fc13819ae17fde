import { describe, expect, it } from "vitest"
import type { MemcachedBackend } from "../src/index.js"
import { bytes, openBackend, openProxy, uniqueKey } from "./workbench.js"

const ttl = 60_000

/** A backend, and the codes of the replies that it got: one for each round trip, while it makes one call at a time. */
async function observed() {
  const proxy = await openProxy()
  const backend = openBackend({ servers: [proxy.address] })
  const replies: string[] = []
  proxy.onReply = (chunk, client) => {
    replies.push(chunk.toString("latin1", 0, 2))
    client.write(chunk)
  }
  /** The codes of the replies to these calls. */
  const repliesTo = async (calls: () => Promise<unknown>): Promise<readonly string[]> => {
    replies.length = 0
    await calls()
    return [...replies]
  }
  return { proxy, backend, repliesTo }
}

async function countUp(backend: MemcachedBackend, key: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await backend.incr(key, 1)
}

describe("a counter that nobody else changes", () => {
  it("takes one round trip from its second change on, while its number does not get shorter", async () => {
    const { backend, repliesTo } = await observed()
    const key = uniqueKey()
    await backend.set(key, bytes("8"), ttl)
    expect(await repliesTo(() => countUp(backend, key, 4))).toEqual(["VA", "HD", "HD", "HD", "HD"])
    expect(await repliesTo(() => backend.incr(key, 30))).toEqual(["HD"])
    expect(await repliesTo(() => backend.incr(key, -20))).toEqual(["HD"])
    expect(await backend.get(key)).toEqual(bytes("22"))
  })

  it("gets shorter and goes below zero all the same, and keeps its end", async () => {
    const { backend } = await observed()
    const key = uniqueKey()
    await backend.set(key, bytes("9"), ttl)
    const sums = []
    for (const delta of [1, -1, -20, 11, 0, 1, 1]) sums.push(await backend.incr(key, delta))
    expect(sums).toEqual([10, 9, -11, 0, 0, 1, 2])
    expect(await backend.get(key)).toEqual(bytes("2"))
    const left = await backend.ttl(key)
    expect(left).toBeGreaterThan(ttl - 10_000)
    expect(left).toBeLessThanOrEqual(ttl + 4_000)
  })

  it("keeps the end that a touch gives it meanwhile", async () => {
    const { backend } = await observed()
    const key = uniqueKey()
    await backend.set(key, bytes("10"), ttl)
    await countUp(backend, key, 2)
    await openBackend().touch(key, 10 * ttl)
    await countUp(backend, key, 2)
    expect(await backend.ttl(key)).toBeGreaterThan(9 * ttl)
  })
})

describe("a counter that others change", () => {
  it.each([
    ["a number", "100", 101],
    ["a longer number", "99999999", 100_000_000],
    ["a negative number", "-5", -4],
  ])("is counted on from %s", async (_what, text, sum) => {
    const { backend } = await observed()
    const key = uniqueKey()
    await backend.set(key, bytes("10"), ttl)
    await countUp(backend, key, 2)
    await openBackend().set(key, bytes(text), ttl)
    expect(await backend.incr(key, 1)).toBe(sum)
    expect(await backend.get(key)).toEqual(bytes(String(sum)))
  })

  it.each(["text", "13 ", " 13", "013", "1e3", ""])("is an error where it holds %j now, which stays", async (text) => {
    const { backend } = await observed()
    const key = uniqueKey()
    await backend.set(key, bytes("10"), ttl)
    await countUp(backend, key, 2)
    await openBackend().set(key, bytes(text), ttl)
    await expect(backend.incr(key, 1)).rejects.toBeInstanceOf(TypeError)
    expect(await backend.get(key)).toEqual(bytes(text))
  })

  it("is none where it was deleted", async () => {
    const { backend } = await observed()
    const key = uniqueKey()
    await backend.set(key, bytes("10"), ttl)
    await countUp(backend, key, 2)
    await openBackend().delete(key)
    expect(await backend.incr(key, 1)).toBeUndefined()
  })

  it("takes two round trips and not three, and one again when it is left to us", async () => {
    const { backend, repliesTo } = await observed()
    const other = openBackend()
    const key = uniqueKey()
    await backend.set(key, bytes("10"), ttl)
    await countUp(backend, key, 2)
    await other.incr(key, 1)
    expect(await repliesTo(() => backend.incr(key, 1))).toEqual(["EX", "VA", "HD"])
    for (let round = 0; round < 3; round += 1) {
      await other.incr(key, 1)
      expect(await repliesTo(() => backend.incr(key, 1))).toEqual(["VA", "HD"])
    }
    expect(await repliesTo(() => countUp(backend, key, 3))).toEqual(["VA", "HD", "HD", "HD"])
    expect(await backend.get(key)).toEqual(bytes("23"))
  })
})

describe("a counter on a server that was reached anew", () => {
  it("is read first: the server may have restarted, and gives tokens again that it gave before", async () => {
    const { proxy, backend, repliesTo } = await observed()
    const key = uniqueKey()
    await backend.set(key, bytes("10"), ttl)
    await countUp(backend, key, 2)
    await proxy.close()
    await proxy.listen()
    await expect.poll(() => backend.ping().then(() => "answered")).toBe("answered")
    expect(await repliesTo(() => countUp(backend, key, 2))).toEqual(["VA", "HD", "HD"])
    expect(await backend.get(key)).toEqual(bytes("14"))
  })
})

describe("a sum beyond the safe integers", () => {
  it("is refused, whatever is known of the number, and those beside it are made", async () => {
    const { backend } = await observed()
    const key = uniqueKey()
    const most = Number.MAX_SAFE_INTEGER
    await backend.set(key, bytes(String(most - 3)), ttl)
    await countUp(backend, key, 2)
    await expect(backend.incr(key, 2)).rejects.toBeInstanceOf(RangeError)
    const outcomes = await Promise.allSettled([backend.incr(key, 5), backend.incr(key, 1), backend.incr(key, 1)])
    expect(outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : outcome.reason.name))).toEqual([
      "RangeError",
      most,
      "RangeError",
    ])
    expect(await backend.get(key)).toEqual(bytes(String(most)))
  })
})

import { describe, expect, it } from "vitest"
import type { MemcachedBackend } from "../src/index.js"
import { bytes, openBackend, openProxy, uniqueKey } from "./workbench.js"

const ttl = 60_000

/** A backend, with the codes of the replies to it. For sequential calls, there is one per round trip. */
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

describe("a counter that only this backend changes", () => {
  it("needs one round trip from the second change on, as long as the number does not get shorter", async () => {
    const { backend, repliesTo } = await observed()
    const key = uniqueKey()
    await backend.set(key, bytes("8"), ttl)
    expect(await repliesTo(() => countUp(backend, key, 4))).toEqual(["VA", "HD", "HD", "HD", "HD"])
    expect(await repliesTo(() => backend.incr(key, 30))).toEqual(["HD"])
    expect(await repliesTo(() => backend.incr(key, -20))).toEqual(["HD"])
    expect(await backend.get(key)).toEqual(bytes("22"))
  })

  it("can get shorter and negative, and keeps its expiry", async () => {
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

  it("keeps the expiry of a touch", async () => {
    const { backend } = await observed()
    const key = uniqueKey()
    await backend.set(key, bytes("10"), ttl)
    await countUp(backend, key, 2)
    await openBackend().touch(key, 10 * ttl)
    await countUp(backend, key, 2)
    expect(await backend.ttl(key)).toBeGreaterThan(9 * ttl)
  })
})

describe("a counter that other clients change", () => {
  it.each([
    ["a number", "100", 101],
    ["a longer number", "99999999", 100_000_000],
    ["a negative number", "-5", -4],
  ])("continues from %s", async (_what, text, sum) => {
    const { backend } = await observed()
    const key = uniqueKey()
    await backend.set(key, bytes("10"), ttl)
    await countUp(backend, key, 2)
    await openBackend().set(key, bytes(text), ttl)
    expect(await backend.incr(key, 1)).toBe(sum)
    expect(await backend.get(key)).toEqual(bytes(String(sum)))
  })

  it.each(["text", "13 ", " 13", "013", "1e3", ""])("is an error if it holds %j now, which is kept", async (text) => {
    const { backend } = await observed()
    const key = uniqueKey()
    await backend.set(key, bytes("10"), ttl)
    await countUp(backend, key, 2)
    await openBackend().set(key, bytes(text), ttl)
    await expect(backend.incr(key, 1)).rejects.toBeInstanceOf(TypeError)
    expect(await backend.get(key)).toEqual(bytes(text))
  })

  it("is missing after it was deleted", async () => {
    const { backend } = await observed()
    const key = uniqueKey()
    await backend.set(key, bytes("10"), ttl)
    await countUp(backend, key, 2)
    await openBackend().delete(key)
    expect(await backend.incr(key, 1)).toBeUndefined()
  })

  it("needs two round trips instead of three, and one again without other changes", async () => {
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

describe("a counter after a reconnect", () => {
  it("is read first, because the server may have restarted and may reuse CAS tokens", async () => {
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
  it("is rejected, whether or not the number is known, and concurrent ones succeed", async () => {
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

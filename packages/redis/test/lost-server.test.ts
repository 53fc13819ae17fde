import { randomUUID } from "node:crypto"
import { type Fault, FaultNetwork } from "@larder/conformance"
import { describe, expect, it, onTestFinished } from "vitest"
import { RedisBackend, type RedisBackendOptions } from "../src/index.js"
import { addressMapOf, announcedByCluster, announcedBySentinels, urlOf } from "./announced-servers.js"
import { eventually } from "./eventually.js"
import { type Address, master, sentinels } from "./test-servers.js"

const value = Buffer.from("value")
const timeouts = { connectTimeout: 2, replyTimeout: 2 }

const faults: readonly Fault[] = [{ kind: "refuse" }, { kind: "silence" }, { kind: "reset" }, { kind: "garbage" }]

/** A backend with a proxy in front of each server. */
async function openThrough(
  [first, ...others]: readonly Address[],
  optionsAt: (addresses: readonly Address[]) => RedisBackendOptions,
) {
  if (first === undefined) throw new Error("There is no server")
  const network = new FaultNetwork([first, ...others])
  onTestFinished(() => network.close())
  const backend = new RedisBackend({ ...optionsAt(await network.listen()), ...timeouts })
  onTestFinished(() => backend.close())
  return { backend, network }
}

describe("a cluster that has lost one of its masters", () => {
  it.each(faults)("to $kind serves the keys of the others, and all keys when the master is back", async (fault) => {
    const announced = await announcedByCluster()
    const { backend, network } = await openThrough(announced, (addresses) => ({
      cluster: addresses.map(urlOf),
      addressMap: addressMapOf(announced, addresses),
    }))
    const prefix = randomUUID()
    const keys = Array.from({ length: 60 }, (_, index) => `${prefix}:${index}`)
    onTestFinished(async () => {
      await eventually(() => backend.deleteMany(keys))
    })
    await backend.setMany(
      keys.map((key) => ({ key, value })),
      60_000,
    )
    // The first server that the cluster announces is a master.
    await network.proxies[0].inflict(fault)
    const outcomes = await Promise.allSettled(keys.map((key) => backend.get(key)))
    const served = keys.filter((_, index) => outcomes[index]?.status === "fulfilled")
    expect(served.length).toBeGreaterThan(20)
    expect(served.length).toBeLessThan(60)
    const lost = keys.find((key) => !served.includes(key)) as string
    for (let round = 0; round < 5; round += 1) {
      expect(await Promise.all(served.map((key) => backend.get(key)))).toEqual(served.map(() => value))
      await expect(backend.get(lost)).rejects.toThrow()
    }
    await network.heal()
    expect(await eventually(() => backend.getMany(keys))).toEqual(keys.map(() => value))
  })
})

describe("a sentinel's master", () => {
  it.each(faults)("is found while a sentinel and the replica are lost to $kind", async (fault) => {
    const announced = await announcedBySentinels()
    const { backend, network } = await openThrough([...sentinels, ...announced], (addresses) => ({
      sentinels: addresses.slice(0, sentinels.length).map(urlOf),
      addressMap: addressMapOf(announced, addresses.slice(sentinels.length)),
      master,
    }))
    const [firstSentinel] = network.proxies
    await firstSentinel.inflict(fault)
    await network.proxies.at(-1)?.inflict(fault)
    const key = randomUUID()
    await backend.set(key, value, 60_000)
    expect(await backend.get(key)).toEqual(value)
    expect(await backend.delete(key)).toBe(true)
  })
})

import { randomUUID } from "node:crypto"
import { createCluster } from "@keyv/redis"
import * as ioredis from "ioredis"
import * as ioredis5 from "ioredis-5"
import * as iovalkey from "iovalkey"
import { describe, expect, it, onTestFinished } from "vitest"
import { RedisBackend } from "../src/index.js"
import { clusterNodes, clusterUrls } from "./test-servers.js"

/** Keys on every master. */
async function storedKeys(): Promise<{ readonly prefix: string; readonly keys: readonly string[] }> {
  const backend = new RedisBackend({ cluster: clusterUrls })
  const prefix = `${randomUUID()}:`
  const keys = Array.from({ length: 30 }, (_, index) => `${prefix}${index}`)
  await backend.setMany(keys.map((key) => ({ key, value: Buffer.from("value") })))
  onTestFinished(async () => {
    await backend.clear(prefix)
    await backend.close()
  })
  return { prefix, keys }
}

async function keysOf(backend: RedisBackend, prefix: string): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const key of backend.keys(prefix)) keys.push(key)
  return keys.sort()
}

describe.each([
  ["ioredis", ioredis.Cluster],
  ["ioredis 5", ioredis5.Cluster],
  ["iovalkey", iovalkey.Cluster],
])("a cluster client of %s that has not connected yet", (_name, Cluster) => {
  it.each([
    ["is connecting", false],
    ["connects on the first call", true],
  ])("finds the masters of every key when it %s", async (_state, lazyConnect) => {
    const { prefix, keys } = await storedKeys()
    const client = new Cluster(clusterNodes, { lazyConnect })
    onTestFinished(() => client.disconnect())
    const backend = new RedisBackend({ client })
    expect(await keysOf(backend, prefix)).toEqual([...keys].sort())
    await backend.clear(prefix)
    expect(await keysOf(backend, prefix)).toEqual([])
  })
})

it("a cluster client of node-redis that has not connected yet rejects every call", async () => {
  const client = createCluster({ rootNodes: clusterNodes.map((socket) => ({ socket })) })
  client.on("error", () => {})
  const connecting = client.connect()
  onTestFinished(() => client.destroy())
  const backend = new RedisBackend({ client })
  const reason = "The client is not connected"
  await expect(backend.get("key")).rejects.toThrow(reason)
  await expect(backend.clear("nothing:")).rejects.toThrow(reason)
  await connecting
  await backend.ping()
})

import { Cluster } from "ioredis"
import { describe, expect, it, onTestFinished } from "vitest"
import { RedisBackend } from "../src/index.js"
import { ClusterNode } from "./cluster-node.js"
import { eventually } from "./eventually.js"
import { RedisProcess } from "./redis-process.js"

const value = Buffer.from("value")
const slots = 16_384

/** Three masters that share the slots, and a replica of the first one. */
async function startCluster(): Promise<readonly [ClusterNode, ClusterNode, ClusterNode, ClusterNode]> {
  const nodes = [
    await ClusterNode.start(),
    await ClusterNode.start(),
    await ClusterNode.start(),
    await ClusterNode.start(),
  ] as const
  const [first, , , replica] = nodes
  for (const [index, node] of nodes.slice(0, 3).entries()) {
    const [from, to] = [Math.ceil((index * slots) / 3), Math.ceil(((index + 1) * slots) / 3) - 1]
    await node.ask("CLUSTER", "ADDSLOTSRANGE", String(from), String(to))
    await node.ask("CLUSTER", "SET-CONFIG-EPOCH", String(index + 1))
  }
  for (const node of nodes) await node.meet(first)
  const id = String(await first.ask("CLUSTER", "MYID"))
  await eventually(() => replica.ask("CLUSTER", "REPLICATE", id))
  await eventually(async () => {
    for (const node of nodes) {
      const info = String(await node.ask("CLUSTER", "INFO"))
      if (!/cluster_state:ok/.test(info) || !/known_nodes:4/.test(info)) throw new Error(info)
    }
    const info = String(await replica.ask("INFO", "replication"))
    if (!/master_link_status:up/.test(info)) throw new Error(info)
  }, 20_000)
  return nodes
}

/** Keys on every master. */
const keys = Array.from({ length: 60 }, (_, index) => `key:${index}`)

describe("a cluster", () => {
  it("stays usable when a master dies and its replica takes over", async () => {
    const [first, second] = await startCluster()
    const backend = new RedisBackend({ cluster: [second.url, first.url], connectTimeout: 0.5 })
    onTestFinished(() => backend.close())
    await backend.setMany(keys.map((key) => ({ key, value })))
    await first.stop()
    const alive = await Promise.allSettled(keys.map((key) => backend.get(key)))
    expect(alive.some(({ status }) => status === "fulfilled")).toBe(true)
    expect(alive.some(({ status }) => status === "rejected")).toBe(true)
    await eventually(() => backend.setMany(keys.map((key) => ({ key, value }))), 20_000)
    expect(await backend.deleteMany(keys)).toBe(keys.length)
  })

  it("stays usable while a slot migrates from one server to another", async () => {
    const [first, second] = await startCluster()
    const backend = new RedisBackend({ cluster: [second.url] })
    onTestFinished(() => backend.close())
    // The hash tag puts all of them into one slot, which is in the first third.
    const names = ["count", "text", "new"].map((name) => `{b}${name}`) as [string, string, string]
    const [count, text, fresh] = names
    const slot = String(await first.ask("CLUSTER", "KEYSLOT", count))
    const [from, to] = [String(await first.ask("CLUSTER", "MYID")), String(await second.ask("CLUSTER", "MYID"))]
    await backend.set(count, Buffer.from("1"))
    await backend.set(text, value)
    await second.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", from)
    await first.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", to)
    await first.ask("MIGRATE", "127.0.0.1", String(second.port), count, "0", "1000")
    expect(await backend.incr(count, 1)).toBe(2)
    expect(await backend.add(fresh, value)).toBe(true)
    expect(await backend.getMany(names)).toEqual([Buffer.from("2"), value, value])
    await first.ask("MIGRATE", "127.0.0.1", String(second.port), text, "0", "1000")
    for (const node of [second, first]) await node.ask("CLUSTER", "SETSLOT", slot, "NODE", to)
    expect(await backend.incr(count, 1)).toBe(3)
    expect(await backend.deleteMany(names)).toBe(3)
  })

  it("is not cleared in part when a master has joined that the client does not know", async () => {
    const [first, second] = await startCluster()
    const given = new Cluster([{ host: "127.0.0.1", port: second.port }])
    onTestFinished(() => given.disconnect())
    const own = new RedisBackend({ cluster: [second.url] })
    onTestFinished(() => own.close())
    const other = new RedisBackend({ client: given })
    const key = "{b}key"
    await own.set(key, value)
    await other.ping()
    const joined = await ClusterNode.start()
    await joined.meet(first)
    const slot = String(await first.ask("CLUSTER", "KEYSLOT", key))
    const [from, to] = [String(await first.ask("CLUSTER", "MYID")), String(await joined.ask("CLUSTER", "MYID"))]
    await eventually(async () => {
      const info = String(await joined.ask("CLUSTER", "INFO"))
      if (!/cluster_state:ok/.test(info)) throw new Error(info)
      await joined.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", from)
      await first.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", to)
    }, 20_000)
    await first.ask("MIGRATE", "127.0.0.1", String(joined.port), key, "0", "1000")
    for (const node of [joined, first]) await node.ask("CLUSTER", "SETSLOT", slot, "NODE", to)
    await eventually(async () => {
      const ranges = (await second.ask("CLUSTER", "SLOTS")) as readonly unknown[]
      if (!JSON.stringify(ranges).includes(to)) throw new Error("The second server does not know of the move")
    }, 20_000)

    const reason = "The cluster has 4 masters, but the client knows 3"
    await expect(own.clear("{b}")).rejects.toThrow(reason)
    await expect(other.clear("{b}")).rejects.toThrow(reason)
    await eventually(() => own.clear("{b}"), 20_000)
    expect(await own.get(key)).toBeUndefined()
    // The redirected command tells the client.
    await other.set(key, value)
    await eventually(() => other.clear("{b}"))
    expect(await other.get(key)).toBeUndefined()
  })
})

describe("a sentinel's master", () => {
  it("is followed when another server takes over", async () => {
    const first = await RedisProcess.start()
    const second = await RedisProcess.start("--replicaof", "127.0.0.1", String(first.port))
    await eventually(async () => {
      const info = String(await second.ask("INFO", "replication"))
      if (!/master_link_status:up/.test(info)) throw new Error(info)
    })
    const sentinel = await RedisProcess.startSentinel("mymaster", first.port)
    await eventually(async () => {
      const replicas = (await sentinel.ask("SENTINEL", "REPLICAS", "mymaster")) as unknown[]
      if (replicas.length === 0) throw new Error("The sentinel has not met the replica")
    }, 20_000)
    const backend = new RedisBackend({ sentinels: [sentinel.url], master: "mymaster", connectTimeout: 0.5 })
    onTestFinished(() => backend.close())
    await backend.set("key", value)
    await first.stop()
    await expect(backend.set("key", value)).rejects.toThrow()
    await eventually(() => backend.set("key", value), 20_000)
    expect(await second.ask("GET", "key")).toBe("value")
  })
})

import KeyvRedis, { createClient, createCluster, createSentinel } from "@keyv/redis"
import { testBackend } from "@larder/conformance/vitest"
import * as nodeRedis6 from "node-redis-6"
import { afterAll } from "vitest"
import { RedisBackend, type RedisClient } from "../src/index.js"
import { clusterNodes, master, sentinels, url } from "./test-servers.js"

const rootNodes = clusterNodes.map((socket) => ({ socket }))

const keyv = new KeyvRedis(url, { namespace: "not used" })
const keyvCluster = new KeyvRedis({ rootNodes })
const server = await createClient({ url, RESP: 3 }).connect()
const cluster = await createCluster({ rootNodes }).connect()
const sentinel = await createSentinel({ name: master, sentinelRootNodes: sentinels }).connect()
const server6 = await nodeRedis6.createClient({ url }).connect()
const cluster6 = await nodeRedis6.createCluster({ rootNodes }).connect()
const sentinel6 = await nodeRedis6.createSentinel({ name: master, sentinelRootNodes: sentinels }).connect()

const clients: Readonly<Record<string, RedisClient>> = {
  "KeyvRedis to a server": keyv,
  "KeyvRedis to a cluster": keyvCluster,
  "node-redis to a server, in RESP 3": server,
  "node-redis to a cluster": cluster,
  "node-redis to a sentinel's master": sentinel,
  "node-redis 6 to a server": server6,
  "node-redis 6 to a cluster": cluster6,
  "node-redis 6 to a sentinel's master": sentinel6,
}

for (const [name, client] of Object.entries(clients)) {
  testBackend(`redis, through ${name}`, { create: () => new RedisBackend({ client }) })
}

afterAll(async () => {
  await Promise.all([keyv, keyvCluster].map((adapter) => adapter.disconnect()))
  await Promise.all([server, cluster, sentinel, server6, cluster6, sentinel6].map((client) => client.close()))
})

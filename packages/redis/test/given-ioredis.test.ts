import { testBackend } from "@larder/conformance/vitest"
import * as ioredis from "ioredis"
import * as ioredis5 from "ioredis-5"
import * as iovalkey from "iovalkey"
import { afterAll } from "vitest"
import { RedisBackend } from "../src/index.js"
import { clusterNodes, master, sentinels, server, url } from "./test-servers.js"

const clients = {
  "ioredis to a server": new ioredis.Redis(url),
  "ioredis to a cluster": new ioredis.Cluster(clusterNodes),
  "ioredis to a sentinel's master, pipelining by itself": new ioredis.Redis({
    sentinels,
    name: master,
    enableAutoPipelining: true,
  }),
  "ioredis 5 to a server": new ioredis5.Redis(url),
  "ioredis 5 to a cluster": new ioredis5.Cluster(clusterNodes),
  "ioredis, with integers as strings": new ioredis.Redis({ ...server, stringNumbers: true }),
  "iovalkey to a server": new iovalkey.Redis(url),
  "iovalkey to a cluster": new iovalkey.Cluster(clusterNodes),
}

for (const [name, client] of Object.entries(clients)) {
  testBackend(`redis, through ${name}`, { create: () => new RedisBackend({ client }) })
}

afterAll(() => {
  for (const client of Object.values(clients)) client.disconnect()
})

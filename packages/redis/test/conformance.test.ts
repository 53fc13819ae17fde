import type { RemoteStore } from "@larder/conformance"
import { testBackend, testCache } from "@larder/conformance/vitest"
import { RedisBackend, type RedisBackendOptions } from "../src/index.js"
import { clusterUrls, master, sentinelUrls, server, url } from "./test-servers.js"

const module = new URL("conformance-child.mjs", import.meta.url)

const stores: Readonly<Record<string, RedisBackendOptions>> = {
  "a server": { url },
  "a cluster": { cluster: clusterUrls },
  "a sentinel's master": { sentinels: sentinelUrls, master },
}

// The servers of a cluster and those that sentinels name tell their addresses themselves: no proxy gets in between.
const remotes: Readonly<Record<string, RemoteStore>> = {
  "a server": {
    ...server,
    create: ({ host, port }) =>
      new RedisBackend({ url: `redis://${host}:${port}`, connectTimeout: 2, replyTimeout: 0.5 }),
  },
}

for (const [name, options] of Object.entries(stores)) {
  const remote = remotes[name]
  const harness = {
    create: () => new RedisBackend(options),
    child: { module, data: options },
    ...(remote && { remote }),
  }
  testBackend(`redis, ${name}`, harness)
  testCache(`redis, ${name}`, harness)
}

import type { RemoteStore } from "@larder/conformance"
import { testBackend, testCache } from "@larder/conformance/vitest"
import { RedisBackend, type RedisBackendOptions } from "../src/index.js"
import { addressMapOf, announcedByCluster, announcedBySentinels, urlOf } from "./announced-servers.js"
import { type Address, clusterUrls, master, sentinels, sentinelUrls, server, url } from "./test-servers.js"

const module = new URL("conformance-child.mjs", import.meta.url)
/** For handles whose servers work, and may be slow. */
const patience = { connectTimeout: 10, replyTimeout: 30 }
/** For handles that have to notice a fault. */
const timeouts = { connectTimeout: 2, replyTimeout: 1 }
const [clusterServers, dataServers] = await Promise.all([announcedByCluster(), announcedBySentinels()])

/** The same store at other addresses of its servers. */
function remoteOf(
  [first = server, ...others]: readonly Address[],
  optionsAt: (addresses: readonly Address[]) => RedisBackendOptions,
): RemoteStore {
  const create: RemoteStore["create"] = (address, addresses) =>
    new RedisBackend({ ...optionsAt([address, ...addresses]), ...timeouts })
  return { ...first, others, create }
}

interface Store {
  readonly options: RedisBackendOptions
  readonly remote: RemoteStore
}

const stores: Readonly<Record<string, Store>> = {
  "a server": {
    options: { url },
    remote: remoteOf([server], ([address = server]) => ({ url: urlOf(address) })),
  },
  "a cluster": {
    options: { cluster: clusterUrls },
    remote: remoteOf(clusterServers, (addresses) => ({
      cluster: addresses.slice(0, 2).map(urlOf),
      addressMap: addressMapOf(clusterServers, addresses),
    })),
  },
  "a sentinel's master": {
    options: { sentinels: sentinelUrls, master },
    remote: remoteOf([...sentinels, ...dataServers], (addresses) => ({
      sentinels: addresses.slice(0, sentinels.length).map(urlOf),
      addressMap: addressMapOf(dataServers, addresses.slice(sentinels.length)),
      master,
    })),
  },
}

for (const [name, { options, remote }] of Object.entries(stores)) {
  const patient = { ...options, ...patience }
  const harness = { create: () => new RedisBackend(patient), child: { module, data: patient }, remote }
  testBackend(`redis, ${name}`, harness)
  testCache(`redis, ${name}`, harness)
}

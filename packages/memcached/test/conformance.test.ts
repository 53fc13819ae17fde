import type { Harness } from "@larder/conformance"
import { testBackend, testCache } from "@larder/conformance/vitest"
import { MemcachedBackend, type MemcachedBackendOptions } from "../src/index.js"
import { servers } from "./servers.js"

const module = new URL("conformance-child.mjs", import.meta.url)

const [host = "", port] = servers[0]?.split(":") ?? []

for (const used of [servers.slice(0, 1), servers]) {
  const name = `memcached, ${used.length === 1 ? "one server" : `${used.length} servers`}`
  // On a busy machine, a server may have to wait.
  const options: MemcachedBackendOptions = { servers: used, requestTimeout: 10_000 }
  const harness: Harness = {
    create: () => new MemcachedBackend(options),
    child: { module, data: options },
    ...(used.length === 1 && {
      remote: {
        host,
        port: Number(port),
        create: (proxy) => new MemcachedBackend({ servers: [`${proxy.host}:${proxy.port}`] }),
      },
    }),
  }
  testBackend(name, harness)
  testCache(name, harness)
}

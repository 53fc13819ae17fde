import { memcachedProgram, startMemcached } from "./memcached-server.mjs"
import { startTogether } from "./start-together.mjs"

/** @type {import("./services.mjs").Service} */
export const memcached = {
  name: "memcached",
  variables: ["MEMCACHED_URLS"],
  programs: [memcachedProgram],
  async start() {
    const { parts, stop } = await startTogether([() => startMemcached(), () => startMemcached()])
    const urls = parts.map(({ port }) => `memcached://127.0.0.1:${port}`)
    return { environment: { MEMCACHED_URLS: urls.join(",") }, stop }
  },
}

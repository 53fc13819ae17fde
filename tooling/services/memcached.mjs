import { exchange } from "./exchange.mjs"
import { freePort } from "./free-port.mjs"
import { openHome } from "./home.mjs"
import { requireProgram } from "./program.mjs"
import { startServer } from "./server.mjs"
import { startTogether } from "./start-together.mjs"

/** @type {import("./program.mjs").Program} */
const server = { names: ["memcached"], package: "memcached" }

/** @type {import("./services.mjs").Service} */
export const memcached = {
  name: "memcached",
  variables: ["MEMCACHED_URLS"],
  programs: [server],
  async start() {
    const { parts, stop } = await startTogether([startMemcached, startMemcached])
    const urls = parts.map(({ port }) => `memcached://127.0.0.1:${port}`)
    return { environment: { MEMCACHED_URLS: urls.join(",") }, stop }
  },
}

async function startMemcached() {
  const program = requireProgram(server)
  const port = await freePort()
  const home = openHome("memcached", "nobody")
  await startServer({
    home,
    program,
    args: ["-l", "127.0.0.1", "-p", `${port}`, "-U", "0"],
    answers: async () => (await exchange(port, "version\r\n")).startsWith("VERSION "),
  })
  return { port, stop: home.stop }
}

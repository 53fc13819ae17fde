import { exchange } from "./exchange.mjs"
import { freePort } from "./free-port.mjs"
import { openHome } from "./home.mjs"
import { requireProgram } from "./program.mjs"
import { startServer } from "./server.mjs"

/** @type {import("./program.mjs").Program} */
export const redisServer = { names: ["redis-server", "valkey-server"], package: "redis-server" }

/** @type {import("./services.mjs").Service} */
export const redis = {
  name: "redis",
  variables: ["REDIS_URL"],
  programs: [redisServer],
  async start() {
    const { port, stop } = await startRedis("redis")
    return { environment: { REDIS_URL: `redis://127.0.0.1:${port}` }, stop }
  },
}

/**
 * Starts a Redis server without persistence.
 *
 * @param {string} name of its folder
 * @param {readonly string[]} [args] further options
 */
export async function startRedis(name, args = []) {
  const program = requireProgram(redisServer)
  const port = await freePort()
  const home = openHome(name)
  await startServer({
    home,
    program,
    args: ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--enable-debug-command", "local", ...args],
    answers: async () => (await askRedis(port, "PING")) === "+PONG",
  })
  return { port, stop: home.stop }
}

/**
 * @param {number} port
 * @param {string} command words without spaces inside
 * @returns {Promise<string>} the reply as it stands on the wire; empty when there is none
 */
export async function askRedis(port, command) {
  const reply = await exchange(port, `${command}\r\n`)
  return reply.replace(/\r\n$/, "")
}

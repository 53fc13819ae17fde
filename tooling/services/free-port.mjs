import { randomInt } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:net"

// Below the ports that operating systems give to outgoing connections: one of those could take the port between this
// look at it and the start of the server.
const lowest = 20_000
const highest = 32_767

/** @type {Set<number>} */
const given = new Set()

/**
 * A loopback port on which nobody listens.
 *
 * @returns {Promise<number>} never the same twice in one process
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(lowest, highest + 1)
    if (given.has(port)) continue
    given.add(port)
    if (await isFree(port)) return port
  }
}

/** @param {number} port */
async function isFree(port) {
  const server = createServer().listen(port, "127.0.0.1")
  try {
    await once(server, "listening")
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

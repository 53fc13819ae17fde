import { randomInt } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:net"

// Below the ephemeral ports of operating systems: an outgoing connection could take such a port before the server
// starts.
const lowest = 20_000
const highest = 32_767

/** @type {Set<number>} */
const given = new Set()

/**
 * A free loopback port.
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

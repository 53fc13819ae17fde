import { exchange } from "./exchange.mjs"
import { freePort } from "./free-port.mjs"
import { openHome } from "./home.mjs"
import { requireProgram } from "./program.mjs"
import { startServer } from "./server.mjs"

/** @type {import("./program.mjs").Program} */
export const memcachedProgram = { names: ["memcached"], package: "memcached" }

/**
 * Starts a Memcached on a free loopback port.
 *
 * @param {object} [settings]
 * @param {readonly string[]} [settings.args] further arguments; it runs in the folder of the files
 * @param {Readonly<Record<string, string>>} [settings.files] the contents of files by name, which it can read
 * @param {(port: number) => Promise<boolean>} [settings.answers] whether it is ready; by default, whether it answers `version`
 * @returns {Promise<{ port: number, stop: () => Promise<void> }>}
 */
export async function startMemcached({ args = [], files = {}, answers = tellsItsVersion } = {}) {
  const program = requireProgram(memcachedProgram)
  const port = await freePort()
  const home = openHome("memcached", "nobody")
  for (const [name, text] of Object.entries(files)) home.write(name, text)
  await startServer({
    home,
    program,
    args: ["-l", "127.0.0.1", "-p", `${port}`, "-U", "0", ...args],
    answers: () => answers(port),
  })
  return { port, stop: home.stop }
}

/** @param {number} port */
async function tellsItsVersion(port) {
  return (await exchange(port, "version\r\n")).startsWith("VERSION ")
}

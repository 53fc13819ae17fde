import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { chownSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const keeper = fileURLToPath(new URL("./keeper.sh", import.meta.url))
const logLimit = 64 * 1024

/**
 * A temporary folder and the identity of the processes that work in it.
 *
 * @typedef {object} Home
 * @property {string} folder
 * @property {{ uid: number, gid: number } | undefined} identity another user than the one of this process
 */

/**
 * @typedef {object} KeptProcess
 * @property {Promise<number>} ended the exit code; 128 and the number of the signal after a signal
 * @property {() => string} log the end of what it wrote, both streams
 * @property {() => Promise<void>} stop ends it and removes its folder; also when it ended already
 */

/**
 * Makes a temporary folder for a server.
 *
 * @param {string} name becomes a part of its path
 * @param {string} [user] whom the processes run as when this one is root, which some servers refuse to be
 * @returns {Home}
 */
export function makeHome(name, user) {
  const folder = mkdtempSync(join(tmpdir(), `larder-${name}-`))
  if (user === undefined || process.getuid?.() !== 0) return { folder, identity: undefined }
  const identity = { uid: numberOf("--user", user), gid: numberOf("--group", user) }
  chownSync(folder, identity.uid, identity.gid)
  return { folder, identity }
}

/**
 * @param {"--user" | "--group"} which
 * @param {string} user
 */
function numberOf(which, user) {
  return Number(execFileSync("id", [which.slice(1, 3), user], { encoding: "utf8" }))
}

/**
 * Starts a process that ends with this one, however this one ends, and whose folder goes with it.
 *
 * @param {Home} home
 * @param {string} program
 * @param {readonly string[]} args
 * @param {"KILL" | "QUIT" | "TERM"} [signal] what ends it at once
 * @returns {KeptProcess}
 */
export function keep({ folder, identity }, program, args, signal = "KILL") {
  const child = spawn("/bin/sh", [keeper, signal, folder, program, ...args], {
    cwd: folder,
    env: { ...process.env, LC_ALL: "C" },
    stdio: "pipe",
    // Out of reach of a Ctrl-C, which is for this process alone: the keeper does the rest, in order.
    detached: true,
    ...identity,
  })
  let log = ""
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      log = (log + text).slice(-logLimit)
    })
  // Closing the pipe of a keeper that is just going is no failure.
  child.stdin.on("error", () => {})
  const ended = once(child, "close").then(([code]) => Number(code))
  return {
    ended,
    log: () => log,
    async stop() {
      child.stdin.end()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

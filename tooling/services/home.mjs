import { execFileSync, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const keeper = readFileSync(new URL("./keeper.sh", import.meta.url), "utf8")
// A process waits until the keeper knows it, and exits if it never hears of that.
const gate = 'read -r _ && exec "$@" </dev/null'
const logLimit = 64 * 1024

/**
 * The temporary folder of a server. It is removed and its process stopped soon after this process ends, in whatever way.
 *
 * @typedef {object} Home
 * @property {string} folder
 * @property {(program: string, args: readonly string[], signal?: EndingSignal) => Resident} run starts a process in
 *   the folder, one at a time; the signal stops it immediately
 * @property {(name: string, text: string) => string} write creates a file that only the process can read, and returns
 *   its path
 * @property {() => Promise<void>} stop stops the process and removes the folder; calling it again does nothing
 */

/** @typedef {"KILL" | "QUIT" | "0"} EndingSignal with 0 it is left alone until it is done, ten seconds at most */

/**
 * @typedef {object} Resident
 * @property {Promise<string>} ended how it ended: `ended with exit code 1`
 * @property {() => string} log the end of its output, both streams
 */

/**
 * Creates a temporary folder for a server.
 *
 * @param {string} name becomes a part of its path
 * @param {string} [user] whom its processes run as when this one is root, which some servers refuse to be
 * @returns {Home}
 */
export function openHome(name, user) {
  const identity = user !== undefined && process.getuid?.() === 0 ? identityOf(user) : undefined
  const folder = join(tmpdir(), `larder-${name}-${randomBytes(6).toString("hex")}`)
  const keeping = spawn("/bin/sh", ["-c", keeper, "keeper", folder], {
    stdio: ["pipe", "ignore", "ignore"],
    // Detached, so that Ctrl+C reaches this process only. The keeper then stops the others in order.
    detached: true,
  })
  // A killed keeper accepts no more messages.
  keeping.stdin.on("error", () => {})
  // Only now, because without a keeper the folder would remain if this process ended.
  mkdirSync(folder, { mode: 0o700 })
  if (identity) chownSync(folder, identity.uid, identity.gid)
  const kept = once(keeping, "exit")
  /** @type {Promise<unknown>} */
  let vacant = Promise.resolve()

  return {
    folder,
    run(program, args, signal = "KILL") {
      const resident = startResident(program, args, { cwd: folder, ...identity })
      keeping.stdin.write(`${signal} ${resident.group}\n`)
      resident.begin()
      vacant = resident.ended.then(() => keeping.stdin.writable && keeping.stdin.write("\n"))
      return resident
    },
    write(name, text) {
      const path = join(folder, name)
      writeFileSync(path, text, { mode: 0o600 })
      if (identity) chownSync(path, identity.uid, identity.gid)
      return path
    },
    async stop() {
      keeping.stdin.end()
      await Promise.all([kept, vacant])
    },
  }
}

/** @param {string} user */
function identityOf(user) {
  const [uid = 0, gid = 0] = ["-u", "-g"].map((which) => Number(execFileSync("id", [which, user])))
  return { uid, gid }
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, uid?: number, gid?: number }} options
 * @returns {Resident & { group: number | undefined, begin: () => void }}
 */
function startResident(program, args, options) {
  const child = spawn("/bin/sh", ["-c", gate, "gate", program, ...args], {
    ...options,
    // Temporary files of a killed server are removed with its home.
    env: { ...process.env, LC_ALL: "C", TMPDIR: options.cwd },
    stdio: "pipe",
    detached: true,
  })
  // A process that was stopped before it started accepts no message.
  child.stdin.on("error", () => {})
  let log = ""
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      log = (log + text).slice(-logLimit)
    })
  const ended = once(child, "close").then(([code, signal]) =>
    code === null ? `was ended by ${signal}` : `ended with exit code ${code}`,
  )
  return { group: child.pid, begin: () => child.stdin.end("\n"), ended, log: () => log }
}

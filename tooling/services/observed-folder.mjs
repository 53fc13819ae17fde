import { execFileSync } from "node:child_process"
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/**
 * A folder that serves as the TMPDIR of a process, to find what servers leave behind.
 *
 * @typedef {object} ObservedFolder
 * @property {string} path
 * @property {() => { folders: readonly string[], processes: readonly string[] }} remains its contents, and the command
 *   lines of processes that contain its path
 * @property {() => void} remove
 */

/** @returns {ObservedFolder} */
export function observeFolder() {
  const path = mkdtempSync(join(tmpdir(), "larder-observed-"))
  // Servers that refuse to run as root run as other users.
  chmodSync(path, 0o777)
  return {
    path,
    remains: () => ({
      folders: readdirSync(path),
      processes: execFileSync("ps", ["-A", "-ww", "-o", "args="], { encoding: "utf8" })
        .split("\n")
        .filter((command) => command.includes(path)),
    }),
    remove: () => rmSync(path, { recursive: true }),
  }
}

import { existsSync } from "node:fs"
import { access, constants, stat } from "node:fs/promises"
import { dirname } from "node:path"
import type { Finding } from "@larder/core"

const othersMayWrite = 0o002

/** Checks the file of a SQLite database that is open. */
export async function fileFindings(path: string, journalMode: string): Promise<readonly Finding[]> {
  if (!existsSync(path)) return [removedFinding(path)]
  const findings = [await writeFinding(path), await permissionFinding(path), journalFinding(path, journalMode)]
  return findings.filter((finding) => finding !== undefined)
}

function removedFinding(path: string): Finding {
  return {
    severity: "error",
    code: "removed-file",
    found: `The file ${path} was removed or renamed while this process had it open.`,
    why: "The process keeps the removed file, which no other process sees, until it closes it.",
    advice: "Restart the process. Stop all of them before you move or remove the file.",
  }
}

/** Checks that this process can write to the file, and to its directory, where SQLite creates other files. */
async function writeFinding(path: string): Promise<Finding | undefined> {
  for (const each of [path, dirname(path)]) {
    try {
      await access(each, constants.W_OK)
    } catch (error) {
      return {
        severity: "error",
        code: "read-only",
        found: `This process cannot write to ${each} (${(error as NodeJS.ErrnoException).code}).`,
        why: "SQLite writes to the database file and to files next to it, so all writes fail.",
        advice: "Give the user of the process write permission for the file and its directory, or move the file.",
      }
    }
  }
  return undefined
}

/** Checks that not every user of the machine can write to the file. Windows has no such permissions. */
async function permissionFinding(path: string): Promise<Finding | undefined> {
  if (process.platform === "win32") return undefined
  const { mode } = await stat(path)
  if ((mode & othersMayWrite) === 0) return undefined
  return {
    severity: "warning",
    code: "permissions",
    found: `Every user of this machine can write to ${path} (mode ${(mode & 0o7777).toString(8)}).`,
    why: "Any program can put entries into the cache, and yours would serve them.",
    advice: `Restrict it to the users who need it: chmod o-w ${path}`,
  }
}

/** Checks that reads and writes do not wait for each other. */
function journalFinding(path: string, journalMode: string): Finding | undefined {
  if (journalMode === "wal") return undefined
  return {
    severity: "warning",
    code: "journal-mode",
    found: `${path} has no write-ahead log (journal_mode is ${journalMode}).`,
    why: "Reads wait for every write, and writes for every read.",
    advice: "Run PRAGMA journal_mode = WAL once; the file stores this setting.",
  }
}

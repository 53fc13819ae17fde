import { access, constants, stat } from "node:fs/promises"
import { dirname } from "node:path"
import type { Finding } from "@larder/core"

const othersMayWrite = 0o002

/** What is wrong with a file of SQLite. */
export async function fileFindings(path: string, journalMode: string): Promise<readonly Finding[]> {
  const findings = [await writeFinding(path), await permissionFinding(path), journalFinding(path, journalMode)]
  return findings.filter((finding) => finding !== undefined)
}

/** Whether this process may not write the file, or the files that SQLite makes beside it. */
async function writeFinding(path: string): Promise<Finding | undefined> {
  for (const each of [path, dirname(path)]) {
    try {
      await access(each, constants.W_OK)
    } catch (error) {
      return {
        severity: "error",
        code: "read-only",
        found: `This process may not write to ${each} (${(error as NodeJS.ErrnoException).code}).`,
        why: "SQLite writes to the file of the database and to files beside it, so all writes fail.",
        advice:
          "Give the user of the process permission to write to the file and its directory, or choose another place.",
      }
    }
  }
  return undefined
}

/** Whether every user of the machine may write to the file. Windows has no such permissions. */
async function permissionFinding(path: string): Promise<Finding | undefined> {
  if (process.platform === "win32") return undefined
  const { mode } = await stat(path)
  if ((mode & othersMayWrite) === 0) return undefined
  return {
    severity: "warning",
    code: "permissions",
    found: `Every user of this machine may write to ${path} (mode ${(mode & 0o7777).toString(8)}).`,
    why: "Any program can put entries into the cache, which yours then serves.",
    advice: `Keep it to the users who need it: chmod o-w ${path}`,
  }
}

/** Whether reads and writes wait for each other. */
function journalFinding(path: string, journalMode: string): Finding | undefined {
  if (journalMode === "wal") return undefined
  return {
    severity: "warning",
    code: "journal-mode",
    found: `${path} has no write-ahead log (journal_mode is ${journalMode}).`,
    why: "Every write keeps all reads waiting, and every read all writes.",
    advice: "Run PRAGMA journal_mode = WAL on it once; the file remembers it.",
  }
}

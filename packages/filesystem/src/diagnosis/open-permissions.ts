import { stat } from "node:fs/promises"
import type { Finding } from "@larder/core"

const othersMayWrite = 0o002

/** Checks that not every user of the machine can write to the directory. Windows has no such permissions. */
export async function permissionFinding(directory: string): Promise<Finding | undefined> {
  if (process.platform === "win32") return undefined
  const { mode } = await stat(directory)
  if ((mode & othersMayWrite) === 0) return undefined
  return {
    severity: "warning",
    code: "permissions",
    found: `Every user of this machine can write to ${directory} (mode ${(mode & 0o7777).toString(8)}).`,
    why: "Any program can fill the disk, or put entries into the cache, and yours would serve them.",
    advice: `Restrict it to the users who need it: chmod o-w ${directory}`,
  }
}

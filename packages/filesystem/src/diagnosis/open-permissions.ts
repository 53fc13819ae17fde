import { stat } from "node:fs/promises"
import type { Finding } from "@larder/core"

const othersMayWrite = 0o002

/** Whether every user of the machine may write to the directory. Windows has no such permissions. */
export async function permissionFinding(directory: string): Promise<Finding | undefined> {
  if (process.platform === "win32") return undefined
  const { mode } = await stat(directory)
  if ((mode & othersMayWrite) === 0) return undefined
  return {
    severity: "warning",
    code: "permissions",
    found: `Every user of this machine may write to ${directory} (mode ${(mode & 0o7777).toString(8)}).`,
    why: "Any program can put entries into the cache, which yours then serves, or fill the disk.",
    advice: `Keep it to the users who need it: chmod o-w ${directory}`,
  }
}

import fs from "node:fs"
import { promisify } from "node:util"
import type { Disk } from "./disk.js"
import { codeOf } from "./error-code.js"

const open = promisify(fs.open)
const unlink = promisify(fs.unlink)

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = fs.constants
const forCreating = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW

/** Creates a file with these bytes and mode 0600. Rejects with EEXIST if the path exists. */
export async function createFile(path: string, bytes: Uint8Array, disk: Disk): Promise<void> {
  const descriptor = await open(path, forCreating, 0o600)
  try {
    try {
      await disk.write(descriptor, bytes)
    } finally {
      await disk.close(descriptor) // Network file systems may say only here that the disk is full.
    }
  } catch (error) {
    await unlink(path).catch(() => {}) // The first error is the one to report.
    throw error
  }
}

/** Removes a file; true if it existed. */
export async function removeFile(path: string): Promise<boolean> {
  try {
    await unlink(path)
    return true
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error
    return false
  }
}

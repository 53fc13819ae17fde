import { mkdir } from "node:fs/promises"
import { dirname } from "node:path"
import { codeOf } from "./error-code.js"

/**
 * Creates a directory and its parents with mode 0700; an existing one is left unchanged. The recursive `mkdir` of Node
 * fails with ENOENT on a read-only file system; this function rejects with the real error.
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await make(path)
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error
    await makeDirectory(dirname(path))
    await make(path)
  }
}

async function make(path: string): Promise<void> {
  try {
    await mkdir(path, 0o700)
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error
  }
}

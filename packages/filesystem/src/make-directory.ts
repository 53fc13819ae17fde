import { mkdir } from "node:fs/promises"
import { dirname } from "node:path"
import { codeOf } from "./error-code.js"

/**
 * Makes a directory and those above it, for the user of this process only; one that is there is left as it is. Unlike
 * the recursive `mkdir` of Node, which says ENOENT also of a read-only file system, it rejects with the real reason.
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

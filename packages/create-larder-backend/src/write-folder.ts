import { randomUUID } from "node:crypto"
import { mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"

/**
 * Writes a folder completely or not at all: writes the files, by path, into a temporary folder next to it and renames that.
 * Throws if `folder` already exists and is not an empty folder.
 */
export function writeFolder(folder: string, files: ReadonlyMap<string, string>): void {
  const unfinished = join(dirname(folder), `.${basename(folder)}-${randomUUID()}`)
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(unfinished, path)), { recursive: true })
      writeFileSync(join(unfinished, path), text)
    }
    removeEmpty(folder)
    renameSync(unfinished, folder)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    throw error
  }
}

/** Renaming replaces an empty folder on POSIX systems, but not on Windows. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined
    if (code === "ENOENT") return
    const isTaken = code === "ENOTEMPTY" || code === "EEXIST" || code === "ENOTDIR"
    throw isTaken ? new Error(`${folder} already exists and is not an empty folder`, { cause: error }) : error
  }
}

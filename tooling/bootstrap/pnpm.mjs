import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { run } from "./command.mjs"
import { repositoryRoot } from "./repository-root.mjs"

/**
 * The command for the pnpm in `packageManager`: an installed pnpm of that version, or npx.
 *
 * @param {string} packageManager `pnpm@12.21.0`, with or without a hash after `+`
 * @param {string | undefined} installedVersion the version of the pnpm on the PATH
 * @returns {readonly [command: string, ...args: string[]]}
 */
export function pnpmCommand(packageManager, installedVersion) {
  const version = /^pnpm@(\d+\.\d+\.\d+)(?:\+|$)/.exec(packageManager)?.[1]
  if (!version)
    throw new TypeError(`packageManager must look like "pnpm@12.21.0", not ${JSON.stringify(packageManager)}`)
  return version === installedVersion ? ["pnpm"] : ["npx", "--yes", `pnpm@${version}`]
}

/** @returns {string | undefined} */
function versionOnPath() {
  // Outside the workspace, because `packageManager` would make an old pnpm download another one first.
  const answer = spawnSync("pnpm", ["--version"], {
    cwd: tmpdir(),
    encoding: "utf8",
    timeout: 10_000,
    shell: process.platform === "win32",
  })
  return answer.status === 0 ? answer.stdout.trim() : undefined
}

/** @type {ReturnType<typeof pnpmCommand> | undefined} */
let found

/**
 * Runs the pinned pnpm in the workspace.
 *
 * @param {readonly string[]} args
 * @param {import("./command.mjs").CommandOptions} [options]
 * @returns {Promise<string>} the output; rejects with a `CommandError` if pnpm fails
 */
export function pnpm(args, options) {
  if (!found) {
    const manifest = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8"))
    found = pnpmCommand(manifest.packageManager, versionOnPath())
  }
  const [command, ...leading] = found
  return run(command, [...leading, ...args], options)
}

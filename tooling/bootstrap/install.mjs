import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { pnpm } from "./pnpm.mjs"
import { repositoryRoot } from "./repository-root.mjs"

// The lockfile was checked against the registry when it was written, and each package still is against its hash in
// the lockfile; asking for the history of every package again costs a minute behind a registry that limits its rate.
const install = ["install", "--frozen-lockfile", "--trust-lockfile"]

/** Installs everything the workspace names, exactly as locked. */
export async function installWorkspace() {
  await pnpm(install, { env: headersOf(process.execPath) })
}

/**
 * Where native modules find Node's headers: beside the program that runs, if they came with it, so that compiling needs
 * no download.
 *
 * @param {string} program
 * @returns {Record<string, string>} for the environment of an install
 */
export function headersOf(program) {
  const folder = join(dirname(program), "..")
  return existsSync(join(folder, "include/node/node.h")) ? { npm_config_nodedir: folder } : {}
}

/**
 * Installs what the news portal needs to be built and run, and no tool of the developers. Where a full install is in
 * place it stays full, because the smaller one would remove those tools.
 */
export async function installPortal() {
  const full = existsSync(join(repositoryRoot, "node_modules", "turbo"))
  if (full) await installWorkspace()
  else await pnpm([...install, "--prod", "--filter-prod", "news-portal..."])
}

import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { pnpm } from "./pnpm.mjs"
import { filtersOf, linkEngine, linkStore } from "./portal-store.mjs"
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
 * Installs what the news portal needs to be built and run on a store, and no tool of the developers. Where a full install
 * is in place it stays full, because the smaller one would remove those tools.
 *
 * @param {import("./portal-store.mjs").PortalStore} [store] absent: one that the portal brings
 */
export async function installPortal(store) {
  const full = existsSync(join(repositoryRoot, "node_modules", "turbo"))
  if (full) return installWorkspace()
  const filters = ["--filter-prod", "news-portal...", ...filtersOf(store)]
  await pnpm([...install, "--prod", ...filters], { env: headersOf(process.execPath) })
  linkStore(store)
  linkEngine()
}

/**
 * Builds the portal and the backend of its store. Types are left to `npm run check`: those of clients for databases are
 * not installed here.
 *
 * @param {import("./portal-store.mjs").PortalStore} [store]
 */
export async function buildPortal(store) {
  const backend = store === undefined ? [] : ["--filter-prod", `./${store.backend}...`]
  await pnpm(["--recursive", "--filter-prod", "news-portal...", ...backend, "run", "build", "--noCheck"])
}

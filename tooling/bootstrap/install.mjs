import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { pnpm } from "./pnpm.mjs"
import { filtersOf, linkEngine, linkStore } from "./portal-store.mjs"
import { repositoryRoot } from "./repository-root.mjs"

// The lockfile was checked against the registry when it was written, and each package is checked against its hash in the
// lockfile. Requesting the history of every package again takes a minute with a registry that limits requests.
const install = ["install", "--frozen-lockfile", "--trust-lockfile"]

/** Installs all dependencies of the workspace, exactly as locked. */
export async function installWorkspace() {
  await pnpm(install, { env: headersOf(process.execPath) })
}

/**
 * Installs the workspace if the development tools are missing, as in a fresh clone and after `npm start` in one.
 *
 * @param {string} [root] of the workspace
 * @param {() => Promise<void>} [install]
 */
export async function installMissingTools(root = repositoryRoot, install = installWorkspace) {
  if (!hasTools(root)) await install()
}

/** @param {string} root */
function hasTools(root) {
  return existsSync(join(root, "node_modules", "turbo"))
}

/**
 * Makes native modules compile with the headers next to Node's executable, if they exist, instead of downloading them.
 *
 * @param {string} program
 * @returns {Record<string, string>} additions to the environment of an install
 */
export function headersOf(program) {
  const folder = join(dirname(program), "..")
  return existsSync(join(folder, "include/node/node.h")) ? { npm_config_nodedir: folder } : {}
}

/**
 * Installs what the news portal needs to be built and run with a store, without development tools. A full install stays
 * full, because a smaller one would remove those tools.
 *
 * @param {import("./portal-store.mjs").PortalStore} [store] absent: a store of the portal's own dependencies
 */
export async function installPortal(store) {
  if (hasTools(repositoryRoot)) return installWorkspace()
  const filters = ["--filter-prod", "news-portal...", ...filtersOf(store)]
  await pnpm([...install, "--prod", ...filters], { env: headersOf(process.execPath) })
  linkStore(store)
  linkEngine()
}

/**
 * Builds the portal and the backend of its store. It is not type-checked, because the types of database clients are not
 * installed here.
 *
 * @param {import("./portal-store.mjs").PortalStore} [store]
 */
export async function buildPortal(store) {
  const backend = store === undefined ? [] : ["--filter-prod", `./${store.backend}...`]
  await pnpm(["--recursive", "--filter-prod", "news-portal...", ...backend, "run", "build", "--noCheck"])
}

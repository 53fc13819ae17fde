import { existsSync } from "node:fs"
import { join } from "node:path"
import { pnpm } from "./pnpm.mjs"
import { repositoryRoot } from "./repository-root.mjs"

// The lockfile was checked against the registry when it was written, and each package still is against its hash in
// the lockfile; asking for the history of every package again costs a minute behind a registry that limits its rate.
const install = ["install", "--frozen-lockfile", "--trust-lockfile"]

/** Installs everything the workspace names, exactly as locked. */
export async function installWorkspace() {
  await pnpm(install)
}

/**
 * Installs what the news portal needs to be built and run, and no tool of the developers. Where a full install is in
 * place it stays full, because the smaller one would remove those tools.
 */
export async function installPortal() {
  const full = existsSync(join(repositoryRoot, "node_modules", "turbo"))
  await pnpm(full ? install : [...install, "--prod", "--filter-prod", "news-portal..."])
}

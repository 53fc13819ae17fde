import { existsSync, mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pnpm } from "@larder/bootstrap/pnpm"
import { publishedPackages } from "./workspace.mjs"

/**
 * @typedef {object} PackedPackage
 * @property {import("./workspace.mjs").Manifest} manifest
 * @property {string} tarball
 */

/**
 * Packs every published package as `pnpm publish` would. The packages must be built.
 *
 * @param {string} root
 * @returns {Promise<{ folder: string, packages: PackedPackage[] }>} a temporary folder, which the caller removes
 */
export async function packPackages(root) {
  const folder = mkdtempSync(join(tmpdir(), "larder-packed-"))
  const published = publishedPackages(root)
  const filters = published.flatMap(({ manifest }) => ["--filter", manifest.name])
  await pnpm(["--recursive", ...filters, "pack", "--pack-destination", folder])
  const packages = published.map(({ manifest }) => ({ manifest, tarball: join(folder, tarballName(manifest)) }))
  const missing = packages.find(({ tarball }) => !existsSync(tarball))
  if (missing) throw new Error(`pnpm pack wrote no ${missing.tarball}`)
  return { folder, packages }
}

/** @param {import("./workspace.mjs").Manifest} manifest */
function tarballName({ name, version }) {
  return `${name.replace(/^@/, "").replace("/", "-")}-${version}.tgz`
}

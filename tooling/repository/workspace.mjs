import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/**
 * @typedef {object} Manifest the fields of a `package.json` that the checks read
 * @property {string} name
 * @property {string} [version]
 * @property {string} [description]
 * @property {boolean} [private]
 * @property {string} [homepage]
 * @property {string} [bugs]
 * @property {string} [license]
 * @property {string} [type]
 * @property {boolean} [sideEffects]
 * @property {{ node?: string }} [engines]
 * @property {Record<string, string | Record<string, string>>} [exports]
 * @property {readonly string[]} [files]
 * @property {{ access?: string, provenance?: boolean }} [publishConfig]
 * @property {{ type?: string, url?: string, directory?: string }} [repository]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 * @property {Record<string, string>} [optionalDependencies]
 */

/**
 * @typedef {object} WorkspacePackage
 * @property {string} folder the path from the root: `packages/core`
 * @property {string} group `packages`, `examples`, `tooling`, `bench` or `template`
 * @property {Manifest} manifest
 */

/**
 * @param {string} root
 * @returns {WorkspacePackage[]} every package of the workspace but the root
 */
export function workspacePackages(root) {
  const grouped = ["packages", "examples", "tooling"].flatMap((group) =>
    (existsSync(join(root, group)) ? readdirSync(join(root, group)) : []).map((name) => ({
      group,
      folder: `${group}/${name}`,
    })),
  )
  return [...grouped, { group: "bench", folder: "bench" }]
    .filter(({ folder }) => existsSync(join(root, folder, "package.json")))
    .map((place) => ({ ...place, manifest: readManifest(join(root, place.folder)) }))
}

/**
 * @param {string} root
 * @returns {WorkspacePackage[]} the packages that are published
 */
export function publishedPackages(root) {
  return workspacePackages(root).filter(({ group, manifest }) => group === "packages" && !manifest.private)
}

/**
 * What packages write new packages from: their folders `template`, each with a manifest of the name `manifest.json`, since
 * only the root of a published package may have a `package.json` with exports.
 *
 * @param {string} root
 * @returns {WorkspacePackage[]}
 */
export function packageTemplates(root) {
  return publishedPackages(root)
    .map(({ folder }) => `${folder}/template`)
    .filter((folder) => existsSync(join(root, folder, "manifest.json")))
    .map((folder) => ({ group: "template", folder, manifest: readManifest(join(root, folder), "manifest.json") }))
}

/**
 * @param {string} folder
 * @param {string} [name] of the file
 * @returns {Manifest}
 */
export function readManifest(folder, name = "package.json") {
  return JSON.parse(readFileSync(join(folder, name), "utf8"))
}

/**
 * The modules of a folder and its subfolders, except installed and built ones, and those of its template.
 *
 * @param {string} root
 * @param {string} folder from the root
 * @returns {string[]} paths from the root, with slashes
 */
export function modulesIn(root, folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory())
      return ["node_modules", "dist", "template"].includes(entry.name) ? [] : modulesIn(root, path)
    return /\.(?:[cm]?[jt]s|[jt]sx)$/.test(entry.name) ? [path] : []
  })
}

/**
 * Whether a module is part of the tests of its package, which may use development dependencies.
 *
 * @param {string} path from the root
 */
export function isTest(path) {
  return /\.(?:test|test-d|bench)\.\w+$/.test(path) || /^\w+\/[\w-]+\/test\//.test(path)
}

import { readFileSync } from "node:fs"
import { join, posix } from "node:path"
import { importsOf, packageOf } from "./module-imports.mjs"
import {
  isTest,
  modulesIn,
  packageTemplates,
  publishedPackages,
  readManifest,
  workspacePackages,
} from "./workspace.mjs"

/** @typedef {import("./workspace.mjs").Manifest} Manifest */
/** @typedef {import("./module-imports.mjs").ModuleImport} ModuleImport */

/** What the source of each published package may import: nothing, the types of core, or core itself. */
const layers = new Map([
  ...["core", "create-larder-backend"].map((name) => /** @type {const} */ ([name, "nothing"])),
  ...["locmem", "redis", "memcached", "database", "filesystem", "keyv", "tiered", "template"].map(
    (name) => /** @type {const} */ ([name, "types"]),
  ),
  ...["conformance", "http", "fragments", "cli", "toolbar", "telemetry"].map(
    (name) => /** @type {const} */ ([name, "core"]),
  ),
])

/**
 * Checks that published packages only import what their layer allows, that imported packages are declared, and that no
 * module imports files of another package.
 *
 * @param {string} root
 * @returns {string[]} one finding a line, each with file and line
 */
export function checkLayers(root) {
  const packages = [...workspacePackages(root), ...packageTemplates(root)]
  const names = new Set(packages.map(({ manifest }) => manifest.name))
  const rootManifest = readManifest(root)
  const unknown = publishedPackages(root)
    .filter(({ folder }) => !layers.has(posix.basename(folder)))
    .map(({ folder }) => `${folder}: has no layer yet; give it one in tooling/repository/layers.mjs`)

  const findings = packages.flatMap(({ folder, group, manifest }) =>
    modulesIn(root, folder).flatMap((path) =>
      importsOf(path, readFileSync(join(root, path), "utf8")).flatMap((found) => {
        const source = ["packages", "template"].includes(group) && !isTest(path)
        const complaints = [
          // Modules that run before an install can only import relative paths.
          group !== "tooling" && escapes(folder, path, found) && "reaches outside its package",
          undeclared(found, source ? [manifest] : [manifest, rootManifest], source) && "is not declared",
          source && layerBreach(posix.basename(folder), names, found),
        ]
        return complaints
          .filter((complaint) => typeof complaint === "string")
          .map((complaint) => `${path}:${found.line}: import of ${found.specifier}: ${complaint}`)
      }),
    ),
  )
  return [...unknown, ...findings]
}

/**
 * @param {string} folder
 * @param {string} path
 * @param {ModuleImport} found
 */
function escapes(folder, path, { specifier }) {
  if (!specifier.startsWith(".")) return false
  return !posix.join(posix.dirname(path), specifier).startsWith(`${folder}/`)
}

/**
 * @param {ModuleImport} found
 * @param {readonly Manifest[]} manifests
 * @param {boolean} published what users install has no devDependencies
 */
function undeclared({ specifier }, manifests, published) {
  const name = packageOf(specifier)
  if (name === undefined) return false
  return !manifests.some(
    (manifest) =>
      name in { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies } ||
      (!published && (name in { ...manifest.devDependencies } || name === manifest.name)),
  )
}

/**
 * @param {string} importer the folder's own name
 * @param {ReadonlySet<string>} workspaceNames
 * @param {ModuleImport} found
 * @returns {string | undefined}
 */
function layerBreach(importer, workspaceNames, { specifier, typeOnly }) {
  const name = packageOf(specifier)
  if (name === undefined || !workspaceNames.has(name)) return undefined
  const layer = layers.get(importer)
  if (layer === "nothing") return "this package stands alone"
  if (name !== "@larder/core") return "packages see no other package than @larder/core"
  if (layer === "types" && !typeOnly) return "a backend sees only the types of @larder/core: `import type`"
  return undefined
}

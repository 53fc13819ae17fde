import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"

const required = ["package.json", "README.md", "LICENSE"]

/** Without `--force`, turbo restores the file from its cache. */
const remedy = "remove dist and run `npm run build -- --force`"

/**
 * Checks the files of an installed package.
 *
 * @param {{ name: string }} manifest
 * @param {string} folder the folder of the installed package
 * @returns {string[]} findings
 */
export function checkPackedFiles({ name }, folder) {
  const paths = readdirSync(folder, { recursive: true }).map((path) => String(path).replaceAll("\\", "/"))
  return [
    ...required.filter((path) => !paths.includes(path)).map((path) => `${name}: the package lacks ${path}`),
    ...paths
      .filter((path) => /^(?!template\/).*\.test\b/.test(path))
      .map((path) => `${name}: the package carries the test ${path}`),
    ...paths
      .filter((path) => isStale(folder, path))
      .map((path) => `${name}: ${path} is left of an older build; ${remedy}`),
  ]
}

/**
 * @param {string} folder
 * @param {string} path
 */
function isStale(folder, path) {
  const stem = /^dist\/(.+)\.js$/.exec(path)?.[1]
  return stem !== undefined && !["ts", "tsx"].some((ending) => existsSync(join(folder, `src/${stem}.${ending}`)))
}

import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, normalize } from "node:path"
import { repositoryRoot } from "../bootstrap/repository-root.mjs"
import { services } from "./services.mjs"

/**
 * The services that a run of vitest needs. If all arguments are path filters, those whose variables occur in `test` folders
 * with a matching file; otherwise all.
 *
 * @param {readonly string[]} vitestArguments
 * @param {string} [root]
 */
export function neededServices(vitestArguments, root = repositoryRoot) {
  if (vitestArguments.length === 0 || vitestArguments.some((argument) => argument.startsWith("-"))) return services
  const filters = vitestArguments.map((argument) => normalize(argument))
  const tests = testFolders(root)
    .map((folder) => filesIn(root, folder))
    .filter((paths) => paths.some((path) => filters.some((filter) => path.includes(filter))))
    .flatMap((paths) => paths.map((path) => readFileSync(join(root, path), "utf8")))
  return services.filter(({ variables }) => tests.some((text) => variables.some((name) => text.includes(name))))
}

/** @param {string} root */
function testFolders(root) {
  return ["packages", "examples", "tooling"]
    .filter((group) => existsSync(join(root, group)))
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name, "test")))
    .filter((folder) => existsSync(join(root, folder)))
}

/**
 * @param {string} root
 * @param {string} folder
 */
function filesIn(root, folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
}

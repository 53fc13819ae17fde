import { writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { collect } from "@larder/bootstrap/command"

const require = createRequire(import.meta.url)
const compiler = join(dirname(require.resolve("typescript/package.json")), "bin/tsc")
const base = fileURLToPath(new URL("../typescript/base.json", import.meta.url))
const nodeTypes = dirname(dirname(require.resolve("@types/node/package.json")))

/**
 * Compiles a folder outside the workspace with the compiler options of the workspace and the types of Node.
 *
 * @param {string} folder the folder, in which a `tsconfig.json` is written
 * @param {{ files: readonly string[], compilerOptions: Record<string, unknown> }} project the differences from the base
 * @returns {Promise<import("@larder/bootstrap/command").CommandResult>} messages with paths relative to the folder
 */
export function compile(folder, { files, compilerOptions }) {
  const options = { typeRoots: [nodeTypes], noEmitOnError: true, ...compilerOptions }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: base, files, compilerOptions: options }))
  return collect(process.execPath, [compiler, "--project", folder, "--pretty", "false"], { cwd: folder })
}

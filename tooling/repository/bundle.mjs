import { join } from "node:path"
import { collect } from "@larder/bootstrap/command"
import { build } from "esbuild"

/** @typedef {import("./workspace.mjs").Manifest} Manifest */

const milliseconds = 10_000

/** They start or copy files next to their own, and are never part of an application. */
const tools = ["@larder/conformance", "create-larder-backend"]

/**
 * Bundles entries into one CommonJS file, as applications are for serverless platforms, and loads it. There, `import.meta`
 * is empty and no file is where the package had it.
 *
 * @param {readonly string[]} entries that can be loaded in the folder
 * @param {readonly Manifest[]} manifests of the packages of these entries
 * @param {string} folder where they are installed
 * @returns {Promise<string[]>} findings
 */
export async function checkBundle(entries, manifests, folder) {
  const bundled = entries.filter((entry) => !tools.some((tool) => entry === tool || entry.startsWith(`${tool}/`)))
  const imports = bundled.map((entry, index) => `export * as entry${index} from "${entry}"\n`)
  const { errors } = await build({
    stdin: { contents: imports.join(""), resolveDir: folder },
    bundle: true,
    platform: "node",
    format: "cjs",
    outfile: join(folder, "bundle.cjs"),
    external: manifests.flatMap(({ peerDependenciesMeta = {} }) => Object.keys(peerDependenciesMeta)),
    logLevel: "silent",
  }).catch((error) => ({ errors: /** @type {{ text: string }[]} */ (error.errors ?? [{ text: String(error) }]) }))
  if (errors.length > 0) return [`bundling failed:\n${errors.map(({ text }) => text).join("\n")}`]
  const { code, output } = await collect(process.execPath, ["bundle.cjs"], { cwd: folder, deadline: milliseconds })
  return code === 0 ? [] : [`a CommonJS bundle of all entries cannot be loaded:\n${output.trim()}`]
}

import { statSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { Cache } from "@larder/core"
import { createJiti } from "jiti"
import { failureLine } from "./failure-line.js"
import { UsageError } from "./usage-error.js"

const names = ["larder.config.ts", "larder.config.js", "larder.config.mjs", "larder.config.cjs"]

/** The members of the result of `createCaches` that commands use. It may come from another copy of core. */
export interface ConfiguredCaches {
  readonly aliases: readonly string[]
  use(alias: string): Cache
  close(): Promise<void>
}

/**
 * Loads the caches of a program from the `caches` or default export of its configuration: the file at `path`, or the first
 * of `larder.config.ts`, `.js`, `.mjs` and `.cjs` in `directory`. Rejects with a `UsageError` if there is none, and with an `Error`
 * that names the file if loading it fails.
 */
export async function loadCaches(path: string | undefined, directory: string): Promise<ConfiguredCaches> {
  const file = path === undefined ? findConfig(directory) : resolve(directory, path)
  if (!isFile(file)) throw new UsageError(`There is no file ${file}`)
  const loaded = await load(file)
  const exported = loaded.caches ?? loaded.default
  if (areCaches(exported)) return exported
  // TypeScript compiles a default export to CommonJS like this.
  if (isModule(exported) && areCaches(exported.default)) return exported.default
  throw new UsageError(`${file} exports no caches: it needs \`export const caches = createCaches({ ... })\``)
}

/** Returns the named aliases, or all. Throws a `UsageError` if there are none, or if a named one is not configured. */
export function chosenAliases({ aliases }: ConfiguredCaches, named: readonly string[]): readonly string[] {
  if (aliases.length === 0) throw new UsageError("The configuration has no caches: pass some to `createCaches`")
  const unknown = named.filter((alias) => !aliases.includes(alias))
  if (unknown.length === 0) return named.length === 0 ? aliases : named
  throw new UsageError(`There is no cache ${unknown.join(", ")}; the configuration has ${aliases.join(", ")}`)
}

function findConfig(directory: string): string {
  const found = names.map((name) => resolve(directory, name)).find(isFile)
  if (found !== undefined) return found
  throw new UsageError(`There is no larder.config.ts, .js, .mjs or .cjs in ${directory}; pass --config or --url`)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

async function load(file: string): Promise<{ readonly caches?: unknown; readonly default?: unknown }> {
  try {
    // Interop would look up `caches` as an alias if the default export is the caches.
    return await createJiti(pathToFileURL(file).href, { interopDefault: false }).import(file)
  } catch (cause) {
    throw new Error(`${file} cannot be loaded: ${failureLine(cause)}`, { cause })
  }
}

function isModule(value: unknown): value is { readonly default?: unknown } {
  return typeof value === "object" && value !== null && "__esModule" in value
}

function areCaches(value: unknown): value is ConfiguredCaches {
  if (typeof value !== "object" || value === null || !("aliases" in value)) return false
  const { aliases, use, close } = value as Partial<ConfiguredCaches>
  return Array.isArray(aliases) && typeof use === "function" && typeof close === "function"
}

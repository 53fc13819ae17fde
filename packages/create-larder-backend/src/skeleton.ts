import { readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import type { BackendNames } from "./backend-names.js"

/** The package to write, with the names and the version range below as placeholders. It contains only text files. */
const template = fileURLToPath(new URL("../template", import.meta.url))

/** npm does not pack a `.gitignore`, and a `package.json` with exports must be at the root of a package. */
const renamed: Readonly<Record<string, string>> = { gitignore: ".gitignore", "manifest.json": "package.json" }

/** The version of this package, which is always that of core and conformance. */
export const version: string = (createRequire(import.meta.url)("../package.json") as { version: string }).version

/** Returns the files of a new backend: contents by path in the folder of the package. */
export function skeleton({ packageName, store, classPrefix }: BackendNames): ReadonlyMap<string, string> {
  const names: Readonly<Record<string, string>> = {
    "larder-my-store": packageName,
    "my-store": store,
    MyStore: classPrefix,
    "larder-range": `^${version}`,
  }
  const placeholders = new RegExp(Object.keys(names).join("|"), "g")
  const filled = (text: string) => text.replaceAll(placeholders, (placeholder) => names[placeholder] ?? placeholder)
  const paths = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(template, join(entry.parentPath, entry.name)))
  return new Map(
    paths.map((path) => [renamed[path] ?? filled(path), filled(readFileSync(join(template, path), "utf8"))]),
  )
}

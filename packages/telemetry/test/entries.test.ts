import { readFileSync } from "node:fs"
import { expect, it } from "vitest"

const source = new URL("../src/", import.meta.url)

/** The packages that a module imports at run time, directly or through other modules of the package. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>()
  if (seen.has(file)) return packages
  seen.add(file)
  const text = readFileSync(new URL(file, source), "utf8")
  for (const [, typeOnly, specifier = ""] of text.matchAll(/^(?:import|export) (type )?[^"]*? from "([^"]+)"$/gms)) {
    if (typeOnly !== undefined || specifier.startsWith("node:")) continue
    if (!specifier.startsWith("./")) packages.add(specifier)
    else for (const one of packagesOf(specifier.slice(2).replace(/\.js$/, ".ts"), seen)) packages.add(one)
  }
  return packages
}

it.each([
  ["index.ts", []],
  ["prometheus.ts", ["@larder/core", "prom-client"]],
  ["opentelemetry.ts", ["@larder/core", "@opentelemetry/api"]],
])("%s imports only its own library", (entry, expected) => {
  expect([...packagesOf(entry)].sort()).toEqual(expected)
})

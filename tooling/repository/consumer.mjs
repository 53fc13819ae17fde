import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { collect, run } from "@larder/bootstrap/command"
import { checkBundle } from "./bundle.mjs"
import { checkPackedFiles } from "./packed-files.mjs"
import { compile } from "./typescript.mjs"

/** @typedef {import("./packed-packages.mjs").PackedPackage} PackedPackage */
/** @typedef {import("./workspace.mjs").Manifest} Manifest */

const milliseconds = 10_000

/** A program of a user who has just installed two packages. */
const firstProgram = `
import { Cache } from "@larder/core"
import { LocmemBackend } from "@larder/locmem"

const cache = new Cache(new LocmemBackend(), { timeout: 60 })
await cache.set("greeting", { text: "hello" })
const greeting: unknown = await cache.get("greeting")
if (JSON.stringify(greeting) !== '{"text":"hello"}') throw new Error("the cache lost its entry")
await cache.close()
`

/**
 * Installs packed packages into an empty project with npm, then loads every entry by `import`, by `require` and from a
 * bundle, type-checks a program that uses all of them as ESM, as CommonJS and for a bundler, and runs a small program.
 *
 * @param {readonly PackedPackage[]} packages
 * @param {string} folder does not exist yet
 * @param {string} [program] in TypeScript
 * @returns {Promise<string[]>} findings
 */
export async function checkConsumer(packages, folder, program = firstProgram) {
  await installPacked(packages, folder)
  const findings = packages.flatMap(({ manifest }) =>
    checkPackedFiles(manifest, join(folder, "node_modules", manifest.name)),
  )
  /** @type {string[]} */
  const loaded = []
  for (const { manifest } of packages) {
    for (const entry of entriesOf(manifest)) {
      const failures = await load(entry, manifest, folder)
      if (failures === "lacks an optional peer") continue
      findings.push(...failures)
      if (failures.length === 0) loaded.push(entry)
    }
  }
  const uses = (await checkUses(loaded, folder)).map((finding) => withoutMissingPeers(finding, packages))
  const manifests = packages.map(({ manifest }) => manifest)
  return [
    ...findings,
    ...(await checkBundle(loaded, manifests, folder)),
    ...uses.filter((finding) => finding !== ""),
    ...(await checkProgram(program, folder)),
  ]
}

/**
 * An entry for an optional peer may need only its types, and can then be loaded without it.
 *
 * @param {string} finding
 * @param {readonly PackedPackage[]} packages
 * @returns {string} empty when nothing is left
 */
function withoutMissingPeers(finding, packages) {
  const [title, ...lines] = finding.split("\n")
  const left = lines.filter(
    (line) =>
      !packages.some(({ manifest: { name, peerDependenciesMeta = {} } }) =>
        Object.entries(peerDependenciesMeta).some(
          ([peer, { optional }]) =>
            optional === true &&
            line.startsWith(`node_modules/${name}/`) &&
            line.includes(`error TS2307: Cannot find module '${peer}'`),
        ),
      ),
  )
  return left.length === 0 ? "" : [title, ...left].join("\n")
}

/**
 * @param {readonly PackedPackage[]} packages
 * @param {string} folder
 */
async function installPacked(packages, folder) {
  mkdirSync(folder, { recursive: true })
  const dependencies = Object.fromEntries(packages.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]))
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }))
  const quietly = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
  await run("npm", ["install", "--ignore-scripts", "--strict-peer-deps", ...quietly], { cwd: folder })
}

/** @param {Manifest} manifest */
function entriesOf({ name, exports = {} }) {
  return Object.keys(exports)
    .filter((subpath) => subpath !== "./package.json")
    .map((subpath) => `${name}${subpath.slice(1)}`)
}

/**
 * @param {string} entry
 * @param {Manifest} manifest
 * @param {string} folder
 * @returns {Promise<string[] | "lacks an optional peer">} findings
 */
async function load(entry, manifest, folder) {
  const failures = []
  for (const [manner, type, expression] of [
    ["import", "module", `await import("${entry}")`],
    ["require", "commonjs", `require("${entry}")`],
  ]) {
    const script = `if (Object.keys(${expression}).length === 0) throw new Error("it exports nothing")`
    const args = [`--input-type=${type}`, "--eval", script]
    const { code, output } = await collect(process.execPath, args, { cwd: folder, deadline: milliseconds })
    if (code === 0) continue
    if (lacksOptionalPeer(manifest, output)) return "lacks an optional peer"
    failures.push(`${manner} of ${entry}:\n${output.trim()}`)
  }
  return failures
}

/**
 * @param {Manifest} manifest
 * @param {string} output
 */
function lacksOptionalPeer({ peerDependenciesMeta = {} }, output) {
  const missing = /Cannot find (?:package|module) '((?:@[^/']+\/)?[^/']+)/.exec(output)?.[1]
  return missing !== undefined && peerDependenciesMeta[missing]?.optional === true
}

/**
 * @param {readonly string[]} entries
 * @param {string} folder
 */
async function checkUses(entries, folder) {
  const imports = entries.map((entry, index) => `import * as entry${index} from "${entry}"\nvoid entry${index}\n`)
  const requires = entries.map((entry, index) => `import entry${index} = require("${entry}")\nvoid entry${index}\n`)
  writeFileSync(join(folder, "uses.mts"), `${imports.join("")}export {}\n`)
  writeFileSync(join(folder, "uses.cts"), `${requires.join("")}export {}\n`)
  return [
    ...(await checkTypes(folder, ["uses.mts", "uses.cts"], "nodenext", "nodenext")),
    ...(await checkTypes(folder, ["uses.mts"], "esnext", "bundler")),
  ]
}

/**
 * @param {string} folder
 * @param {readonly string[]} files
 * @param {string} module
 * @param {string} moduleResolution
 * @returns {Promise<string[]>} findings
 */
async function checkTypes(folder, files, module, moduleResolution) {
  const { code, output } = await compile(folder, {
    files,
    compilerOptions: {
      module,
      moduleResolution,
      // The declarations of the packages have to be checked.
      skipLibCheck: false,
      isolatedDeclarations: false,
      erasableSyntaxOnly: false,
      declaration: false,
      declarationMap: false,
    },
  })
  return code === 0 ? [] : [`types under moduleResolution ${moduleResolution}:\n${output.trim()}`]
}

/**
 * @param {string} program
 * @param {string} folder
 */
async function checkProgram(program, folder) {
  writeFileSync(join(folder, "program.mts"), program)
  const findings = await checkTypes(folder, ["program.mts"], "nodenext", "nodenext")
  if (findings.length > 0) return findings
  const { code, output } = await collect(process.execPath, ["program.mjs"], { cwd: folder, deadline: milliseconds })
  return code === 0 ? [] : [`a first program failed:\n${output.trim()}`]
}

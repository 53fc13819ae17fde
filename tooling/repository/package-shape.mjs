import { existsSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { isDeepStrictEqual } from "node:util"
import { checkReadme } from "./readme-shape.mjs"
import { isTest, modulesIn, publishedPackages, readManifest } from "./workspace.mjs"

/** @typedef {import("./workspace.mjs").Manifest} Manifest */

/** The published files of every package; a package may have more. */
const requiredFiles = ["dist", "src"]

/**
 * Checks that every published package has the same shape: manifest, README, conformance test.
 *
 * @param {string} root
 * @returns {string[]} findings
 */
export function checkPackageShapes(root) {
  const engines = readManifest(root).engines
  return publishedPackages(root).flatMap(({ folder, manifest }) => {
    const readme = join(root, folder, "README.md")
    const readmeFindings = existsSync(readme)
      ? checkReadme(manifest.name, readFileSync(readme, "utf8")).map((finding) => `${folder}/README.md: ${finding}`)
      : [`${folder}: has no README.md`]
    return [
      ...checkManifest(folder, manifest, engines).map((finding) => `${folder}/package.json: ${finding}`),
      ...missingSources(root, folder, manifest),
      ...otherLicense(root, folder),
      ...readmeFindings,
      ...missingConformanceTest(root, folder, manifest),
    ]
  })
}

/**
 * @param {string} folder
 * @param {Manifest} manifest
 * @param {Manifest["engines"]} engines the engines of the root
 * @returns {string[]}
 */
function checkManifest(folder, manifest, engines) {
  const name = basename(folder)
  const site = /^git\+(https:.+)\.git$/.exec(manifest.repository?.url ?? "")?.[1]
  /** @type {[field: string, actual: unknown, expected: unknown][]} */
  const fields = [
    ["name", manifest.name, name.startsWith("create-") ? name : `@larder/${name}`],
    // npm would link to the root of the repository.
    ["homepage", manifest.homepage, `${site}/tree/main/${folder}#readme`],
    ["bugs", manifest.bugs, `${site}/issues`],
    ["license", manifest.license, "MIT"],
    ["type", manifest.type, "module"],
    ["sideEffects", manifest.sideEffects, false],
    ["engines", manifest.engines, engines],
    ["publishConfig", manifest.publishConfig, { access: "public", provenance: true }],
    ["repository.type", manifest.repository?.type, "git"],
    ["repository.directory", manifest.repository?.directory, folder],
    ["files", manifest.files?.filter((pattern) => requiredFiles.includes(pattern)), requiredFiles],
  ]
  return [
    ...fields
      .filter(([, actual, expected]) => !isDeepStrictEqual(actual, expected))
      .map(([field, actual, expected]) => `${field} is ${show(actual)}, not ${show(expected)}`),
    ...(/^[1-9]\d*\.\d+\.\d+/.test(manifest.version ?? "")
      ? []
      : [`version is ${manifest.version}, not 1.0.0 or later`]),
    ...(manifest.description ? [] : ["description is missing"]),
    ...checkExports(manifest.exports ?? {}),
  ]
}

/**
 * @param {NonNullable<Manifest["exports"]>} exported
 * @returns {string[]}
 */
function checkExports(exported) {
  const { "./package.json": own, ...entries } = exported
  const findings = own === "./package.json" ? [] : ['exports must name "./package.json"']
  if (!("." in entries)) findings.push('exports must have "."')
  for (const [subpath, conditions] of Object.entries(entries)) {
    const stem = /^\.\/src\/(.+)\.tsx?$/.exec(sourceOf(conditions) ?? "")?.[1]
    const expected = [
      ["@larder/source", sourceOf(conditions) ?? "./src/….ts"],
      ["types", `./dist/${stem ?? "…"}.d.ts`],
      ["default", `./dist/${stem ?? "…"}.js`],
    ]
    // The order matters: the first condition that matches wins.
    if (stem === undefined || !isDeepStrictEqual(Object.entries(conditions), expected))
      findings.push(`exports[${show(subpath)}] is ${show(conditions)}, not ${show(Object.fromEntries(expected))}`)
  }
  return findings
}

/** @param {string | Record<string, string>} conditions */
function sourceOf(conditions) {
  return typeof conditions === "string" ? undefined : conditions["@larder/source"]
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {Manifest} manifest
 * @returns {string[]}
 */
function missingSources(root, folder, manifest) {
  return Object.values(manifest.exports ?? {})
    .map(sourceOf)
    .filter((path) => path !== undefined)
    .filter((path) => !existsSync(join(root, folder, path)))
    .map((path) => `${folder}/package.json: exports name ${path}, which is not there`)
}

/**
 * pnpm packs the license of the root with a package that has none.
 *
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function otherLicense(root, folder) {
  const own = join(root, folder, "LICENSE")
  if (!existsSync(own) || readFileSync(own, "utf8") === readFileSync(join(root, "LICENSE"), "utf8")) return []
  return [`${folder}/LICENSE: differs from the one of the root`]
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {Manifest} manifest
 * @returns {string[]}
 */
function missingConformanceTest(root, folder, manifest) {
  if (!manifest.peerDependencies?.["@larder/core"]) return []
  const backend = modulesIn(root, `${folder}/src`)
    .filter((path) => !isTest(path))
    .map((path) => /^export class (\w+Backend)\b/m.exec(readFileSync(join(root, path), "utf8"))?.[1])
    .find((name) => name !== undefined)
  const tested = modulesIn(root, `${folder}/test`).some((path) => /\/conformance[^/]*\.test\.ts$/.test(path))
  return backend && !tested
    ? [`${folder}/test/conformance.test.ts: is missing, and ${backend} has to pass the suite`]
    : []
}

/** @param {unknown} value */
function show(value) {
  return value === undefined ? "missing" : JSON.stringify(value)
}

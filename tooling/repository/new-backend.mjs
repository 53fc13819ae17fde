import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { collect, run } from "@larder/bootstrap/command"
import { tallySummary } from "@larder/bootstrap/node-test-run"
import { codeFences } from "./code-fences.mjs"

/** @typedef {import("./packed-packages.mjs").PackedPackage} PackedPackage */

const generator = "create-larder-backend"
const quietly = ["--no-save", "--no-audit", "--no-fund", "--no-package-lock", "--prefer-offline", "--loglevel=error"]

/** A change that breaks the backend, and the clause that must fail. */
const mutation = { file: "src/my-store-backend.ts", from: "this.#entries.delete(key)", to: "", clause: "delete.1" }

/**
 * Generates a backend with the packed generator, installs it with npm and the packed packages that it needs, and checks it.
 *
 * @param {readonly PackedPackage[]} packages
 * @param {string} folder a folder that does not exist yet
 * @returns {Promise<string[]>} findings
 */
export async function checkNewBackend(packages, folder) {
  mkdirSync(folder, { recursive: true })
  await run("npm", ["install", ...quietly, tarballOf(packages, generator)], { cwd: folder })
  await run("npm", ["exec", "--no", "--", generator, "my-store"], { cwd: folder })
  const cwd = join(folder, "my-store")
  const needed = ["@larder/core", "@larder/conformance"].map((name) => tarballOf(packages, name))
  await run("npm", ["install", ...quietly, "--strict-peer-deps", ...needed], { cwd })
  // Fails if an installed version is outside the range in the manifest.
  await run("npm", ["ls"], { cwd })
  return checkInstalled(cwd)
}

/**
 * Takes the first steps of an author: runs the tests, the code of the README, and the tests of a broken backend, which must
 * fail.
 *
 * @param {string} cwd the folder of the package
 * @returns {Promise<string[]>} findings
 */
export async function checkInstalled(cwd) {
  return [...(await checkTests(cwd)), ...(await checkReadme(cwd)), ...(await checkMutant(cwd))]
}

/**
 * @param {readonly PackedPackage[]} packages
 * @param {string} name
 */
function tarballOf(packages, name) {
  const found = packages.find(({ manifest }) => manifest.name === name)
  if (found === undefined) throw new Error(`${name} was not packed`)
  return found.tarball
}

/** @param {string} cwd */
async function checkTests(cwd) {
  const { code, output } = await collect("npm", ["test"], { cwd })
  const { passed } = tallySummary(output)
  return code === 0 && passed > 0 ? [] : [`the tests of a new backend exit with ${code}, ${passed} passed:\n${output}`]
}

/** @param {string} cwd */
async function checkReadme(cwd) {
  const fences = codeFences(readFileSync(join(cwd, "README.md"), "utf8")).filter(({ language }) => language === "ts")
  writeFileSync(join(cwd, "src/readme.ts"), fences.map(({ code }) => code).join("\n"))
  const { code, output } = await collect("npm", ["run", "build"], { cwd })
  if (code !== 0) return [`the code of the README of a new backend does not compile:\n${output}`]
  const program = await collect(process.execPath, ["dist/readme.js"], { cwd })
  return program.code === 0 ? [] : [`the code of the README of a new backend fails:\n${program.output}`]
}

/** @param {string} cwd */
async function checkMutant(cwd) {
  const path = join(cwd, mutation.file)
  const source = readFileSync(path, "utf8")
  const mutant = source.replace(mutation.from, mutation.to)
  if (mutant === source) return [`${mutation.file} of a new backend does not contain ${mutation.from}`]
  writeFileSync(path, mutant)
  const { code, output } = await collect("npm", ["test"], { cwd })
  const failures = output.split("\n").filter((line) => /not ok|✖/.test(line))
  return code !== 0 && failures.some((line) => line.includes(` ${mutation.clause} `))
    ? []
    : [`a new backend whose delete does nothing passes ${mutation.clause}:\n${output}`]
}

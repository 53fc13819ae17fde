import { join } from "node:path"
import { collect } from "@larder/bootstrap/command"
import { turbo } from "@larder/bootstrap/turbo"
import { checkConsumer } from "./consumer.mjs"
import { checkDocumentLinks } from "./document-links.mjs"
import { checkFileHabits } from "./file-habits.mjs"
import { checkLayers } from "./layers.mjs"
import { checkNewBackend } from "./new-backend.mjs"
import { checkPackageShapes } from "./package-shape.mjs"
import { checkReadmeCode } from "./readme-code.mjs"
import { checkReleasePlan } from "./release-plan.mjs"
import { checkTrackedText } from "./tracked-text.mjs"

/**
 * @typedef {object} CheckSubject
 * @property {string} root the root of the workspace, which is installed and built
 * @property {string} folder a temporary folder
 * @property {readonly import("./packed-packages.mjs").PackedPackage[]} packages
 */

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {(subject: CheckSubject) => string[] | Promise<string[]>} run returns findings, none if the check passes
 */

/** @type {readonly Check[]} */
export const checks = [
  { name: "types", run: checkTypes },
  {
    name: "lint, format and import cycles",
    run: ({ root }) => tool(root, "@biomejs/biome/bin/biome", ["check", "--error-on-warnings", "."]),
  },
  { name: "package shape", run: ({ root }) => checkPackageShapes(root) },
  { name: "layers", run: ({ root }) => checkLayers(root) },
  { name: "file habits", run: ({ root }) => checkFileHabits(root) },
  { name: "nothing of one machine", run: ({ root }) => checkTrackedText(root) },
  { name: "links in documents", run: ({ root }) => checkDocumentLinks(root) },
  { name: "README code", run: ({ root }) => checkReadmeCode(root) },
  { name: "publint", run: (subject) => forEachTarball(subject, "publint/src/cli.js", ["--strict"]) },
  {
    name: "are the types wrong",
    run: (subject) =>
      forEachTarball(subject, "@arethetypeswrong/cli/dist/index.js", ["--profile", "esm-only", "--no-emoji"]),
  },
  {
    name: "packed packages in an empty project",
    run: ({ packages, folder }) => checkConsumer(packages, join(folder, "consumer")),
  },
  {
    name: "a new backend",
    // As in a folder of somebody's own, whose name may have spaces.
    run: ({ packages, folder }) => checkNewBackend(packages, join(folder, "my projects")),
  },
  { name: "release plan", run: ({ root }) => checkReleasePlan(root) },
]

/** @returns {Promise<string[]>} */
async function checkTypes() {
  await turbo("typecheck")
  return []
}

/**
 * @param {string} root
 * @param {string} program a program in the root's `node_modules`
 * @param {readonly string[]} args
 * @returns {Promise<string[]>} its output if it fails
 */
async function tool(root, program, args) {
  const { code, output } = await collect(process.execPath, [join(root, "node_modules", program), ...args], {
    cwd: root,
  })
  return code === 0 ? [] : [output.trim()]
}

/**
 * @param {CheckSubject} subject
 * @param {string} program
 * @param {readonly string[]} args
 */
async function forEachTarball({ root, packages }, program, args) {
  const findings = await Promise.all(packages.map(({ tarball }) => tool(root, program, [tarball, ...args])))
  return findings.flat()
}

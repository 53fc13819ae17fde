import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { collect } from "@larder/bootstrap/command"
import { documentModules } from "./document-modules.mjs"
import { compile } from "./typescript.mjs"
import { publishedPackages } from "./workspace.mjs"

/** @typedef {import("./document-modules.mjs").DocumentModule} DocumentModule */

const secondsToFinish = 10

/**
 * Type-checks the code in READMEs and `docs/`, then runs it with the built packages.
 *
 * @param {string} root
 * @returns {Promise<string[]>} findings, each with document and line
 */
export async function checkReadmeCode(root) {
  const documents = documentsOf(root).map((path) => documentModules(path, readFileSync(join(root, path), "utf8")))
  const findings = documents.flatMap((document) => document.findings)
  const folder = join(root, ".larder", "readme-code")
  rmSync(folder, { recursive: true, force: true })
  linkPackages(root, folder)
  const modules = documents.flatMap((document) => document.modules)
  for (const module of modules) write(folder, module)
  if (modules.length === 0) return findings

  const { code, output } = await compile(folder, {
    files: modules.map(fileOf),
    compilerOptions: {
      // Examples may have unused declarations, and exports without types.
      isolatedDeclarations: false,
      declaration: false,
      declarationMap: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      moduleDetection: "force",
    },
  })
  if (code !== 0) return [...findings, inDocumentTerms(output, folder, modules)]
  for (const module of modules.filter(({ runs }) => runs)) findings.push(...(await execute(module, folder)))
  return findings
}

/** @param {string} root */
function documentsOf(root) {
  const docs = existsSync(join(root, "docs")) ? readdirSync(join(root, "docs")) : []
  return [
    "README.md",
    ...publishedPackages(root).map(({ folder }) => `${folder}/README.md`),
    ...docs.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
  ].filter((path) => existsSync(join(root, path)))
}

/**
 * Makes every published package resolvable from every module, and for modules of a package also its dependencies.
 *
 * @param {string} root
 * @param {string} folder
 */
function linkPackages(root, folder) {
  for (const { folder: target, manifest } of publishedPackages(root)) {
    link(join(root, target), join(folder, "node_modules", manifest.name))
    if (existsSync(join(root, target, "node_modules")))
      link(join(root, target, "node_modules"), join(folder, target, "node_modules"))
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
}

/**
 * @param {string} target
 * @param {string} path
 */
function link(target, path) {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path, "junction")
}

/** @param {DocumentModule} module */
function fileOf({ document, line }) {
  return `${document.replace(/\.md$/, "")}-${line}.ts`
}

/**
 * @param {string} folder
 * @param {DocumentModule} module
 */
function write(folder, module) {
  const path = join(folder, fileOf(module))
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${module.code}\n`)
}

/**
 * @param {DocumentModule} module
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
async function execute(module, folder) {
  const cwd = mkdtempSync(join(tmpdir(), "larder-readme-"))
  try {
    const program = join(folder, fileOf(module).replace(/\.ts$/, ".js"))
    const args = ["--enable-source-maps", program]
    const { code, output, late } = await collect(process.execPath, args, { cwd, deadline: secondsToFinish * 1000 })
    if (code === 0) return []
    const reason = late ? `did not end within ${secondsToFinish} s` : "failed"
    return [`${module.document}:${module.line}: the code ${reason}\n${inDocumentTerms(output, folder, [module])}`]
  } finally {
    rmSync(cwd, { recursive: true })
  }
}

/**
 * Replaces the names of generated files in a message by those of their documents. A module has the line numbers of its
 * document.
 *
 * @param {string} message
 * @param {string} folder
 * @param {readonly DocumentModule[]} modules
 */
function inDocumentTerms(message, folder, modules) {
  return modules
    .reduce(
      (text, module) => text.replaceAll(fileOf(module), module.document),
      message.replaceAll(join(folder, "/"), ""),
    )
    .replaceAll(/\((\d+),(\d+)\): /g, ":$1:$2: ")
    .trimEnd()
}

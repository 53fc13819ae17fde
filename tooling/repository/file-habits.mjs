import { readFileSync } from "node:fs"
import { join, posix } from "node:path"
import { Visitor } from "oxc-parser"
import { lineAt, parseModule } from "./module-imports.mjs"
import { isTest, modulesIn, packageTemplates, workspacePackages } from "./workspace.mjs"

const vagueNames = ["utils", "util", "helpers", "helper", "common", "types", "constants", "misc", "shared"]
const lineLimit = 300
const testLineLimit = 600
const runners = ["it", "test", "describe", "suite", "bench"]
const omissions = ["only", "skip", "skipIf", "runIf", "todo"]

/**
 * Checks names, lengths and habits of every module of the workspace.
 *
 * @param {string} root
 * @returns {string[]} findings
 */
export function checkFileHabits(root) {
  return [...workspacePackages(root), ...packageTemplates(root)].flatMap((workspacePackage) => {
    const entries = entriesOf(workspacePackage)
    return modulesIn(root, workspacePackage.folder).flatMap((path) => {
      const code = readFileSync(join(root, path), "utf8")
      const mayReexport = workspacePackage.group !== "packages" || isTest(path) || entries.includes(path)
      return [...checkName(path), ...checkLength(path, code), ...checkForms(path, code, mayReexport)].map(
        (finding) => `${path}${finding}`,
      )
    })
  })
}

/**
 * The modules that are the public entry points of a package.
 *
 * @param {import("./workspace.mjs").WorkspacePackage} workspacePackage
 */
function entriesOf({ folder, manifest }) {
  return Object.values(manifest.exports ?? {}).map((conditions) =>
    posix.join(folder, typeof conditions === "string" ? conditions : (conditions["@larder/source"] ?? "")),
  )
}

/** @param {string} path */
function checkName(path) {
  const [name = "", ...kinds] = posix.basename(path).split(".")
  return [
    ...(vagueNames.includes(name) ? [": the name says nothing; name the mechanism"] : []),
    ...([name, ...kinds].every((part) => /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(part)) ? [] : [": is not kebab-case"]),
  ]
}

/**
 * @param {string} path
 * @param {string} code
 */
function checkLength(path, code) {
  if (!/^(?:packages|examples)\/[^/]+\/(?:src|test)\//.test(path)) return []
  const limit = isTest(path) ? testLineLimit : lineLimit
  const lines = code.trimEnd().split("\n")
  if (lines.length <= limit || /^(?:\/\/|\/\*)/.test(lines[0] ?? "")) return []
  return [`: has ${lines.length} lines; over ${limit} needs a comment with the reason in the first line`]
}

/**
 * @param {string} path
 * @param {string} code
 * @param {boolean} mayReexport whether it may re-export from another module
 */
function checkForms(path, code, mayReexport) {
  /** @type {string[]} */
  const findings = []
  const report = (/** @type {{ start: number }} */ node, /** @type {string} */ complaint) =>
    findings.push(`:${lineAt(code, node.start)}: ${complaint}`)

  new Visitor({
    ExportAllDeclaration: (node) => {
      if (!node.exported) report(node, "`export *` hides what is exported; name it")
    },
    ExportNamedDeclaration: (node) => {
      if (node.source && !mayReexport) report(node, "only an entry of the package exports from another module")
    },
    MemberExpression: (node) => {
      const property = node.property.type === "Identifier" ? node.property.name : ""
      if (isTest(path) && omissions.includes(property) && runners.includes(rootName(node.object)))
        report(node, `.${property} leaves tests out`)
    },
  }).visit(parseModule(path, code))
  return findings
}

/**
 * The name at the left end of `test.concurrent.each(...)`.
 *
 * @param {import("oxc-parser").Expression | import("oxc-parser").Super} node
 * @returns {string}
 */
function rootName(node) {
  if (node.type === "Identifier") return node.name
  if (node.type === "MemberExpression") return rootName(node.object)
  if (node.type === "CallExpression") return rootName(node.callee)
  return ""
}

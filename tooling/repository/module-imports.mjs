import { parseSync, Visitor } from "oxc-parser"

/**
 * @typedef {object} ModuleImport
 * @property {string} specifier as in the source: `@larder/core`, `./entry.js`, `node:fs`
 * @property {boolean} typeOnly whether it is erased at run time
 * @property {number} line counted from 1
 */

/**
 * Lists the imports and re-exports of a module whose source is a literal, in every syntax.
 *
 * Only a whole declaration counts as type-only: under `verbatimModuleSyntax`, `import { type A } from "x"` still loads
 * `x`.
 *
 * @param {string} path its extension determines the language; also used in errors
 * @param {string} code
 * @returns {ModuleImport[]} in the order of the source
 */
export function importsOf(path, code) {
  /** @type {ModuleImport[]} */
  const found = []
  const record = (/** @type {{ start: number }} */ node, /** @type {unknown} */ specifier, typeOnly = false) => {
    if (typeof specifier === "string") found.push({ specifier, typeOnly, line: lineAt(code, node.start) })
  }
  new Visitor({
    ImportDeclaration: (node) => record(node, node.source.value, node.importKind === "type"),
    ExportNamedDeclaration: (node) => record(node, node.source?.value, node.exportKind === "type"),
    ExportAllDeclaration: (node) => record(node, node.source.value, node.exportKind === "type"),
    ImportExpression: (node) => record(node, literal(node.source)),
    TSImportType: (node) => record(node, node.source.value, true),
    CallExpression: (node) => {
      const calledName = node.callee.type === "Identifier" ? node.callee.name : undefined
      if (calledName === "require") record(node, literal(node.arguments[0]))
    },
  }).visit(parseModule(path, code))
  return found
}

/**
 * @param {string} path
 * @param {string} code
 * @throws {SyntaxError} with the name of the file
 */
export function parseModule(path, code) {
  const { program, errors } = parseSync(path, code)
  if (errors[0]) throw new SyntaxError(`${path}: ${errors[0].message}`)
  return program
}

/**
 * @param {string} code
 * @param {number} offset
 */
export function lineAt(code, offset) {
  return code.slice(0, offset).split("\n").length
}

/**
 * The npm package of a specifier; `undefined` for relative ones and for Node's own modules.
 *
 * @param {string} specifier
 */
export function packageOf(specifier) {
  if (/^(?:\.|\/|node:|#)/.test(specifier)) return undefined
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/")
}

/** @param {{ type: string, value?: unknown } | undefined} node */
function literal(node) {
  return node?.type === "Literal" ? node.value : undefined
}

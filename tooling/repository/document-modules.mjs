import { codeFences } from "./code-fences.mjs"

/**
 * @typedef {object} DocumentModule code in a document that forms a module
 * @property {string} document the path from the root: `packages/core/README.md`
 * @property {number} line the line of its first fence
 * @property {boolean} runs
 * @property {string} code with the line numbers of the document
 */

const otherNames = ["typescript", "mts", "js", "javascript", "mjs"]

/**
 * Splits a document into modules: every `ts` fence is one, unless it is marked `continued`, which appends it to the
 * previous one. A module that contains `no-run` is only type-checked.
 *
 * @param {string} document the path for modules and findings
 * @param {string} markdown
 * @returns {{ modules: DocumentModule[], findings: string[] }}
 */
export function documentModules(document, markdown) {
  /** @type {DocumentModule[]} */
  const modules = []
  /** @type {string[]} */
  const findings = []
  for (const { language, marks, line, code } of codeFences(markdown)) {
    const place = `${document}:${line}`
    if (otherNames.includes(language))
      findings.push(`${place}: write \`ts\` instead of \`${language}\`, to have it checked`)
    if (language !== "ts") continue

    const unknown = marks.filter((mark) => mark !== "continued" && mark !== "no-run")
    if (unknown.length > 0) findings.push(`${place}: unknown mark ${unknown.join(" ")}; known: continued, no-run`)

    const runs = !marks.includes("no-run")
    const last = modules.at(-1)
    if (!marks.includes("continued")) {
      modules.push({ document, line, runs, code: atLine(line, "", code) })
    } else if (last) {
      last.code = atLine(line, last.code, code)
      last.runs &&= runs
    } else {
      findings.push(`${place}: continues nothing`)
    }
  }
  return { modules, findings }
}

/**
 * Appends code, starting on the line after the given one.
 *
 * @param {number} line
 * @param {string} before
 * @param {string} code
 */
function atLine(line, before, code) {
  return `${before}${"\n".repeat(line - before.split("\n").length + 1)}${code}`
}

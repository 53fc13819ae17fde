import { codeFences } from "./code-fences.mjs"
import { importsOf, packageOf } from "./module-imports.mjs"

const headings = ["Install", "Use", "Options", "Behaviour", "Errors", "Versions"]
const lineLimits = { least: 80, most: 150 }

/**
 * Checks the README of a package: its length, its title and summary, the headings that all packages share, and that its
 * first example needs nothing but what was to be installed.
 *
 * @param {string} packageName
 * @param {string} text
 * @returns {string[]} findings
 */
export function checkReadme(packageName, text) {
  const lines = text.trimEnd().split("\n")
  const expected = [`# ${packageName}`, ...headings.map((heading) => `## ${heading}`)]
  const actual = headingLines(lines).filter((line) => /^##? /.test(line))
  const summary = lines[1] === "" ? lines[2] : undefined
  return [
    ...(lines.length < lineLimits.least || lines.length > lineLimits.most
      ? [`has ${lines.length} lines, not ${lineLimits.least} to ${lineLimits.most}`]
      : []),
    ...(actual.join() === expected.join() ? [] : [`headings are ${actual.join(", ")}, not ${expected.join(", ")}`]),
    ...(summary && /^\w/.test(summary) ? [] : ["has no summary: one sentence in the third line, under the title"]),
    ...missingInInstall(text).map((name) => `"Install" does not name ${name}, which the first example imports`),
  ]
}

/**
 * @param {string} text
 * @returns {string[]} packages
 */
function missingInInstall(text) {
  const [, install = "", rest = ""] = /\n## Install\n(.*?)(\n## .*)/s.exec(text) ?? []
  const named = install.split(/[\s`]+/).map((word) => word.replace(/(?<=.)@.*/, ""))
  const example = codeFences(rest).find(({ language }) => language === "ts")
  const imported = importsOf("example.ts", example?.code ?? "").map(({ specifier }) => packageOf(specifier))
  return [...new Set(imported)].filter((name) => name !== undefined).filter((name) => !named.includes(name))
}

/**
 * @param {readonly string[]} lines
 * @returns {string[]} those outside code fences that begin with `#`
 */
function headingLines(lines) {
  let fenced = false
  return lines.filter((line) => {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced
    return !fenced && line.startsWith("#")
  })
}

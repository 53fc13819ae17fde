import { describe, expect, it } from "vitest"
import { documentModules } from "./document-modules.mjs"

const fence = (/** @type {string} */ info, /** @type {string} */ code) => `\`\`\`${info}\n${code}\n\`\`\`\n`

/** @param {string} code */
const linesOf = (code) => code.split("\n").flatMap((text, index) => (text === "" ? [] : [`${index + 1}: ${text}`]))

describe("documentModules", () => {
  it("creates a module for each fence, with the line numbers of the document", () => {
    const { modules, findings } = documentModules(
      "README.md",
      `# Title\n\n${fence("ts", "a()\nb()")}\n${fence("ts", "c()")}`,
    )
    expect(findings).toEqual([])
    expect(modules.map(({ line, runs, code }) => ({ line, runs, lines: linesOf(code) }))).toEqual([
      { line: 3, runs: true, lines: ["4: a()", "5: b()"] },
      { line: 8, runs: true, lines: ["9: c()"] },
    ])
  })

  it("adds a continued fence to the module before it", () => {
    const { modules } = documentModules("README.md", `${fence("ts", "a()")}Text.\n${fence("ts continued", "b()")}`)
    expect(modules.map(({ code }) => linesOf(code))).toEqual([["2: a()", "6: b()"]])
  })

  it("does not run a module that contains no-run", () => {
    const { modules } = documentModules(
      "a.md",
      fence("ts", "a()") + fence("ts continued no-run", "b()") + fence("ts", "c()"),
    )
    expect(modules.map(({ runs }) => runs)).toEqual([false, true])
  })

  it("ignores other languages", () => {
    expect(documentModules("a.md", fence("sh", "npm test") + fence("json", "{}"))).toEqual({
      modules: [],
      findings: [],
    })
  })

  it.each([
    ["js", "README.md:1: write `ts` instead of `js`, to have it checked"],
    ["ts norun", "README.md:1: unknown mark norun; known: continued, no-run"],
    ["ts continued", "README.md:1: continues nothing"],
  ])("finds that %s would not be checked", (info, finding) => {
    expect(documentModules("README.md", fence(info, "a()")).findings).toEqual([finding])
  })
})

import { expect, it } from "vitest"
import { includeCalls } from "./include-calls.js"

const calls: [string, (string | undefined)[]][] = [
  ["include('a')", ["a"]],
  ['await includeAsync("parts/a", it) + include ( `b` , {})', ["parts/a", "b"]],
  ['layout("main")', ["main"]],
  ["include(name)", [undefined]],
  ['include("a" + kind)', [undefined]],
  [`include(\`a/\${kind}\`)`, [undefined]],
  ["include('it\\'s')", [undefined]],
  ['include("it\'s")', ["it's"]],
  ['() => include("row", { include: false })', ["row"]],
  ["included('a') + preinclude('b') + include", []],
]

it.each(calls)("finds in %s the names that are written as they are", (code, names) => {
  expect(includeCalls(code)).toEqual(names)
})

import fc from "fast-check"
import { expect, it } from "vitest"
import {
  formatString,
  formatTokenOrString,
  parseDictionary,
  parseList,
  parseStringList,
  Token,
} from "./structured-fields.js"

function plain(text: string): unknown {
  const dictionary = parseDictionary(text)
  return dictionary && Object.fromEntries([...dictionary].map(([key, { value }]) => [key, value]))
}

it.each([
  ["max-age=60, no-store", { "max-age": 60, "no-store": true }],
  ["a=?0, b=?1, c=60.0, d=-3", { a: false, b: true, c: null, d: -3 }],
  ['a="x\\"y\\\\z"', { a: 'x"y\\z' }],
  ["a=tok/en:1;q=2;r", { a: new Token("tok/en:1") }],
  ['a=(1 2 "x");p=1, b', { a: [1, 2, "x"], b: true }],
  ["a=1,\tb=2", { a: 1, b: 2 }],
  ["a=1, a=2", { a: 2 }],
  ['a=:aGk=:, b=@12, c=%"h%c3%a9"', { a: null, b: null, c: null }],
  ["", {}],
  ["  a=1  ", { a: 1 }],
])("reads the dictionary %j", (text, expected) => {
  expect(plain(text)).toEqual(expected)
})

it.each([
  "A=1",
  "a=1,",
  "a==1",
  'a="x',
  "a=1 b",
  "=1",
  "a=1;;b",
  "a=(1",
  "a=1.2345",
  "a=1234567890123456",
  'a="é"',
  "a=?2",
  ", a",
])("rejects the dictionary %j", (text) => {
  expect(parseDictionary(text)).toBeUndefined()
})

it("reads lists of strings, and rejects everything else", () => {
  expect(parseStringList('"a", "B c";p=1')).toEqual(["a", "B c"])
  expect(parseStringList("")).toEqual([])
  expect(parseStringList('"a", b')).toBeUndefined()
  expect(parseStringList('("a")')).toBeUndefined()
  expect(parseStringList('"a"; "b"')).toBeUndefined()
})

it("reads any text without throwing", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z"=,;() 0-9.:?@%-]*$/)), (text) => {
      parseDictionary(text)
      parseList(text)
    }),
  )
})

it("writes strings that it reads back", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ -~]*$/), (text) => {
      expect(parseStringList(formatString(text))).toEqual([text])
    }),
  )
  expect(formatString("línea\r\n")).toBe('"lnea"')
  expect(formatTokenOrString("set-cookie")).toBe("set-cookie")
  expect(formatTokenOrString("two words")).toBe('"two words"')
  expect(formatTokenOrString("1st")).toBe('"1st"')
})

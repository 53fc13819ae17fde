import { expect, test } from "vitest"
import { beginsDocument } from "./document-start.js"

test.each([
  "<!doctype html><p>",
  "\n<HTML lang=en>",
  "\uFEFF<!DOCTYPE HTML>",
  "<!-- by hand --><body class=a>",
  "<p>short</p></body>",
])("%j is a document", (text) => {
  expect(beginsDocument(Buffer.from(text), false)).toBe(true)
})

test.each(["", " \n", "\uFEFF", "<", "<!doc", "<!-- a comment", "<p>perhaps"])("%j may become a document", (text) => {
  expect(beginsDocument(Buffer.from(text), false)).toBeUndefined()
  expect(beginsDocument(Buffer.from(text), true)).toBe(false)
})

test.each(["plain text", "\n {}", `<tr>${"<td></td>".repeat(200)}`])("%j is a fragment", (text) => {
  expect(beginsDocument(Buffer.from(text), false)).toBe(false)
})

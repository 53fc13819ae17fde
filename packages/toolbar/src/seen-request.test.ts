import { expect, test } from "vitest"
import { asksForPage } from "./seen-request.js"

function asks(method: string, headers: Readonly<Record<string, string>>): boolean {
  return asksForPage({ method, address: undefined, header: (name) => headers[name] })
}

test.each<Readonly<Record<string, string>>>([
  { "sec-fetch-dest": "document", accept: "text/html,*/*;q=0.8" },
  { accept: "text/html,application/xhtml+xml" },
])("a GET with %j is for a page", (headers) => {
  expect(asks("GET", headers)).toBe(true)
  for (const method of ["HEAD", "POST", "OPTIONS"]) expect(asks(method, headers)).toBe(false)
})

test.each<Readonly<Record<string, string>>>([
  { "sec-fetch-dest": "empty", accept: "*/*" },
  { "sec-fetch-dest": "iframe", accept: "text/html" },
  { "sec-fetch-dest": "image", accept: "image/*,*/*" },
  { accept: "application/json" },
  { accept: "*/*" },
  {},
])("one with %j is not", (headers) => {
  expect(asks("GET", headers)).toBe(false)
})

import { expect, test } from "vitest"
import { isNavigation } from "./request-head.js"

function navigates(method: string, headers: Readonly<Record<string, string>>): boolean {
  return isNavigation({ method, address: undefined, host: undefined, header: (name) => headers[name] })
}

test.each<Readonly<Record<string, string>>>([
  { "sec-fetch-dest": "document", accept: "text/html,*/*;q=0.8" },
  { accept: "text/html,application/xhtml+xml" },
])("a GET with %j is a navigation", (headers) => {
  expect(navigates("GET", headers)).toBe(true)
  for (const method of ["HEAD", "POST", "OPTIONS"]) expect(navigates(method, headers)).toBe(false)
})

test.each<Readonly<Record<string, string>>>([
  { "sec-fetch-dest": "empty", accept: "*/*" },
  { "sec-fetch-dest": "iframe", accept: "text/html" },
  { "sec-fetch-dest": "image", accept: "image/*,*/*" },
  { accept: "application/json" },
  { accept: "*/*" },
  {},
])("a GET with %j is not a navigation", (headers) => {
  expect(navigates("GET", headers)).toBe(false)
})

import { expect, test } from "vitest"
import { panelStyleHash } from "./panel-style.js"
import { canHavePanel, changeHead, type HeadFields } from "./response-head.js"

function fieldsOf(headers: Readonly<Record<string, string>>): HeadFields & { readonly fields: Map<string, string> } {
  const fields = new Map(Object.entries(headers))
  return {
    fields,
    get: (name) => fields.get(name),
    set: (name, value) => void fields.set(name, value),
    delete: (name) => void fields.delete(name),
    names: () => fields.keys(),
  }
}

const page = { "content-type": "text/html; charset=utf-8" }

test.each([200, 404, 500])("HTML with status %i can have a panel", (status) => {
  expect(canHavePanel(status, fieldsOf(page))).toBe(true)
})

test.each([103, 204, 206, 301, 304])("a response with status %i cannot have a panel", (status) => {
  expect(canHavePanel(status, fieldsOf(page))).toBe(false)
})

test.each([
  {},
  { "content-type": "application/json" },
  { "content-type": "text/html-sandboxed" },
  { "content-type": "text/html; charset=utf-16le" },
  { ...page, "content-encoding": "gzip" },
  { ...page, "content-disposition": 'attachment; filename="a.html"' },
])("a response with %j cannot have a panel", (headers) => {
  expect(canHavePanel(200, fieldsOf(headers))).toBe(false)
})

test("a response with the encoding `identity` can have a panel", () => {
  expect(canHavePanel(200, fieldsOf({ ...page, "content-encoding": "identity" }))).toBe(true)
})

test("a page with a panel is no-store, without headers that describe the original; other headers are unchanged", () => {
  const kept = { ...page, "set-cookie": "a=1", vary: "cookie", "x-powered-by": "tea" }
  const head = fieldsOf({
    ...kept,
    "cache-control": "public, max-age=600",
    "cdn-cache-control": "max-age=600",
    "surrogate-control": "max-age=600",
    expires: "Thu, 01 Jan 2037 00:00:00 GMT",
    pragma: "cache",
    etag: '"1"',
    "last-modified": "Thu, 01 Jan 1970 00:00:00 GMT",
    "content-length": "10",
    "content-md5": "x",
    "repr-digest": "x",
    "accept-ranges": "bytes",
  })

  expect(changeHead(head)).toEqual({ nonce: undefined, noStore: false, cacheStatus: undefined })
  expect(Object.fromEntries(head.fields)).toEqual({ ...kept, "cache-control": "no-store" })
})

test("it returns what the page's own headers said", () => {
  const head = fieldsOf({
    ...page,
    "cache-control": "private, No-Store",
    "cache-status": "Larder; hit",
    "content-security-policy": "style-src 'nonce-x'",
  })

  expect(changeHead(head)).toEqual({ nonce: "x", noStore: true, cacheStatus: "Larder; hit" })
})

test("enforced and report-only policies permit the style sheet", () => {
  const head = fieldsOf({
    ...page,
    "content-security-policy": "style-src 'self'",
    "content-security-policy-report-only": "default-src 'none'",
  })
  changeHead(head)

  expect(head.get("content-security-policy")).toBe(`style-src 'self' '${panelStyleHash}'`)
  expect(head.get("content-security-policy-report-only")).toBe(`default-src 'none'; style-src '${panelStyleHash}'`)
})

import { describe, expect, it } from "vitest"
import { evaluatePreconditions, quoteEtag } from "./preconditions.js"

const modified = Date.UTC(2015, 9, 21, 7, 28)
const at = "Wed, 21 Oct 2015 07:28:00 GMT"
const before = "Wed, 21 Oct 2015 07:27:59 GMT"
const both = { etag: '"a"', lastModified: modified }
const weak = { etag: 'W/"a"', lastModified: undefined }
const none = { etag: undefined, lastModified: undefined }

describe("evaluatePreconditions", () => {
  it.each([
    ["GET", {}, both, undefined],
    ["GET", { "if-none-match": '"a"' }, both, 304],
    ["HEAD", { "if-none-match": '"b", W/"a"' }, both, 304],
    ["GET", { "if-none-match": '"a"' }, weak, 304],
    ["GET", { "if-none-match": "*" }, both, 304],
    ["GET", { "if-none-match": "*" }, none, undefined],
    ["PUT", { "if-none-match": '"a"' }, both, 412],
    ["PUT", { "if-none-match": "*" }, none, undefined],
    ["GET", { "if-none-match": '"b"' }, both, undefined],
    ["GET", { "if-none-match": "a" }, both, undefined],
    ["GET", { "if-none-match": "a", "if-modified-since": at }, both, 304],
    ["GET", { "if-none-match": '"b"', "if-modified-since": at }, both, undefined],
    ["GET", { "if-none-match": '"b,c", "a"' }, both, 304],
    ["GET", { "if-modified-since": at }, both, 304],
    ["GET", { "if-modified-since": before }, both, undefined],
    ["GET", { "if-modified-since": "yesterday" }, both, undefined],
    ["PUT", { "if-modified-since": at }, both, undefined],
    ["GET", { "if-modified-since": at }, none, undefined],
    ["PUT", { "if-match": '"a"' }, both, undefined],
    ["PUT", { "if-match": "*" }, both, undefined],
    ["PUT", { "if-match": "*" }, none, 412],
    ["PUT", { "if-match": '"b"' }, both, 412],
    ["PUT", { "if-match": 'W/"a"' }, weak, 412],
    ["PUT", { "if-match": '"a"', "if-unmodified-since": before }, both, undefined],
    ["PUT", { "if-unmodified-since": at }, both, undefined],
    ["PUT", { "if-unmodified-since": before }, both, 412],
    ["GET", { "if-unmodified-since": before, "if-none-match": '"a"' }, both, 412],
  ])("%s with %j against %j is %j", (method, headers, validators, expected) => {
    const given = new Map<string, string>(Object.entries(headers))
    expect(evaluatePreconditions({ method, headers: given }, validators)).toBe(expected)
  })
})

describe("quoteEtag", () => {
  it.each([
    ["etag", '"etag"'],
    ['"etag"', '"etag"'],
    ['W/"etag"', 'W/"etag"'],
    ["", '""'],
  ])("formats %j as %j", (given, expected) => {
    expect(quoteEtag(given)).toBe(expected)
  })

  it.each(['a"b', "a b", "a\nb", 'W/"'])("rejects %j", (given) => {
    expect(() => quoteEtag(given)).toThrow(TypeError)
  })
})

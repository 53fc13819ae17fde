import { expect, test } from "vitest"
import { DocumentEnd } from "./document-end.js"

function insert(document: string, size: number): string {
  const end = new DocumentEnd()
  const bytes = Buffer.from(document)
  const sent: Buffer[] = []
  for (let at = 0; at < bytes.byteLength; at += size) sent.push(end.push(bytes.subarray(at, at + size)))
  return Buffer.concat([...sent, end.end("<P>")]).toString()
}

test.each([
  ["<html><body>ö</body></html>", "<html><body>ö<P></body></html>"],
  ["<html><body></BODY >\n</HTML>\n", "<html><body><P></BODY >\n</HTML>\n"],
  ["<html><body></html>", "<html><body><P></html>"],
  ["<!doctype html><p>no tags", "<!doctype html><p>no tags<P>"],
  ["<body><!-- </body> --><p></p></body><!-- later -->", "<body><!-- </body> --><p></p></body><!-- later --><P>"],
  ["<body><script>'</body>'</script></p>", "<body><script>'</body>'</script></p><P>"],
  ["<body></body></p></html>", "<body></body></p><P></html>"],
  ["<body></", "<body></<P>"],
  ["", "<P>"],
])("it inserts at the end of %j, in chunks of any size", (document, expected) => {
  for (const size of [1, 2, 3, 5, 7, 1_000]) expect(insert(document, size)).toBe(expected)
})

test("it holds back only a few bytes, even if the end is long", () => {
  const end = new DocumentEnd()
  const sent = end.push(Buffer.from(`<body></body>${" ".repeat(10_000)}`))

  expect(sent.byteLength).toBeGreaterThan(9_000)
})

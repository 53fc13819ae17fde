import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { PageCacheOptions } from "../src/page-options.js"
import { hosts, type View } from "./servers/entries.js"
import { sendRaw } from "./servers/listening.js"
import { sitesOf } from "./servers/site.js"

/** Request lines of attackers and unusual clients. */
const target = fc.constantFrom(
  "/a",
  "/a?",
  "/a?x=1",
  "/a?utm=1",
  "/a?utm=2&x=1",
  "/a?x=1&utm=3",
  "/a?utm=1&u%74m=2",
  "/a?u%74m=2",
  "/a?utm",
  "/a?x=1;utm=2",
  "/a?x=1&x=2",
  "/a?x=2&x=1",
  "/a#utm=1",
  "/a?x=1#y",
  "//a",
  "/./a",
  "/b/../a",
  "/%61",
  "/A",
  "http://a.example/a",
  "http://b.example/a?x=1",
  "http://a.example:80/a",
)
const line = fc.constantFrom(
  "Host: b.example",
  "Cookie: theme=dark",
  "Cookie: theme=dark; session=1",
  "Cookie: session=1",
  "Cookie: theme=light; theme=dark",
  "Cookie: ",
  "X-Flavour: sweet",
  "X-Flavour: ",
  "X-Flavour: sour",
  "X-Forwarded-Host: evil.example",
  "X-Forwarded-Proto: https",
  "Forwarded: host=evil.example;proto=https",
  "X-Original-Host: evil.example",
  "Authorization: Basic eA==",
  "X-Api-Key: 1",
  "If-None-Match: *",
  'If-None-Match: "evil"',
  "If-Modified-Since: Wed, 25 Nov 2026 00:00:00 GMT",
  "X-HTTP-Method-Override: POST",
  "Cache-Control: no-cache",
  "Connection: x-flavour",
)
/** With these headers, a stored page has another form than the handler's response. */
const formal = fc.constantFrom("Range: bytes=0-3", "Range: bytes=0-0,2-", 'If-Range: "a"', "If-Match: *")

const requestOf = (method: fc.Arbitrary<string>, lines: fc.Arbitrary<string>) =>
  fc
    .tuple(
      method,
      target,
      fc.constantFrom("a.example", "b.example", "A.example", "a.example:80", "a.example:8080"),
      fc.uniqueArray(lines, { maxLength: 3 }),
    )
    .map(([name, path, host, more]) => [`${name} ${path} HTTP/1.1`, `Host: ${host}`, ...more])
const anything = requestOf(fc.constantFrom("GET", "HEAD", "OPTIONS"), fc.oneof(line, formal))
const visit = requestOf(fc.constant("GET"), line)

const shown = [
  "cookie",
  "forwarded",
  "host",
  "if-none-match",
  "if-modified-since",
  "range",
  "x-flavour",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-original-host",
]

/** Responds with everything that it sees of a request. */
const view: View = ({ url, query, headers }) => ({
  headers: { "Cache-Control": "max-age=60", Vary: "X-Flavour" },
  body: JSON.stringify([url, query, shown.map((name) => headers[name] ?? null)]),
})

/** What a client receives, without the headers of the cache. */
function learned(answer: string): readonly [status: string, body: string] {
  const [head = "", body = ""] = answer.split(/\r\n\r\n(.*)/s)
  const chunks = /^transfer-encoding: chunked/im.test(head) ? body.replace(/[0-9a-f]+\r\n|\r\n/gi, "") : body
  return [head.split("\r\n", 1)[0]?.split(" ")[1] ?? "", chunks]
}

describe.each(Object.entries(hosts))("a page cache in front of %s", (_, host) => {
  const { site } = sitesOf(host)

  it.each<Partial<PageCacheOptions>>([
    { query: { ignore: ["utm"] }, cookies: ["theme"] },
    { query: { only: ["x"] }, cookies: "strip" },
    { ignoreCookies: ["session"], etag: "strong", vary: ["X-Flavour"] },
    { cookies: "ignore", vary: ["Cookie"], timeout: 60, obeyClients: true },
  ])("gives the same response with %j, whatever requests came before", async (options) => {
    const warm = await site(view, options)
    const cold = await site(view, options)
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { maxLength: 2 }), visit, async (before, asked) => {
        for (const request of before) await sendRaw(warm.port, ...request)
        cold.store.entries.clear()
        const expected = learned(await sendRaw(cold.port, ...asked))
        expect(learned(await sendRaw(warm.port, ...asked))).toEqual(expected)
        await Promise.all([cold.pages.settled(), warm.pages.settled()])
      }),
      { numRuns: 40, endOnFailure: true },
    )
  })
})

const decision = "see [decision 18](decisions/0018-what-the-page-cache-leaves-out.md)"
const surrogate =
  "`Surrogate-Control`, an Edge Side Includes proposal of 2001, is not implemented; RFC 9213 has taken its place."
const disconnected =
  "The origin closes the connection, so that nothing of it can reach the client; the proxy answers 504, as RFC 9111, 5.2.2.2 has it. The test waits for a header that only the origin can send."
const partial = `Parts are served from whole responses; a 206 of the origin is passed on and never stored: ${decision}. In four of these tests the part has a byte less than its \`Content-Range\` says, and in the fifth nothing says that what is missing is of the same response: neither could be stored in good faith.`

/** Why each test that does not pass does not, by its id. */
export const failureReasons: Readonly<Record<string, string>> = {
  "age-parse-prefix": `\`Age: 0,7200\` in one line should count as 0, while \`Age: 0, 0\` should make the response stale. Every \`Age\` that is not one number makes it stale here: ${decision}.`,
  "stale-close-must-revalidate": disconnected,
  "stale-close-proxy-revalidate": disconnected,
  "stale-close-no-cache": disconnected,
  "stale-close-s-maxage=2": disconnected,
  "304-etag-update-response-ETag":
    "The 304 has another strong `ETag` than the stored response that it is to confirm: by RFC 9111, 4.3.4 it must not update that one. The proxy asks again without conditions, which the test takes for a mistake.",
  "method-POST": `A response to POST is never stored: ${decision}.`,
  "vary-normalise-lang-select":
    "The cache does not negotiate languages: it cannot know which others the origin would have offered.",
  "conditional-lm-fresh-no-lm":
    "The response has no `Last-Modified`, and its `Date` is later than `If-Modified-Since`: by RFC 9111, 4.3.2 it has been modified.",
  "partial-store-partial-reuse-partial": partial,
  "partial-store-partial-reuse-partial-absent": partial,
  "partial-store-partial-reuse-partial-byterange": partial,
  "partial-store-partial-reuse-partial-suffix": partial,
  "partial-store-partial-complete": partial,
  "surrogate-max-age": surrogate,
  "surrogate-max-age-max": surrogate,
  "surrogate-max-age-max-plus": surrogate,
  "surrogate-max-age-me-target": surrogate,
  "surrogate-max-age-extension": surrogate,
  "surrogate-max-age-case-insensitive": surrogate,
  "surrogate-max-age-expires": surrogate,
  "surrogate-max-age-cc-max-age-invalid-expires": surrogate,
  "surrogate-max-age-0-expires": surrogate,
  "surrogate-max-age-short-cc-max-age": surrogate,
  "surrogate-max-age-long-cc-max-age": surrogate,
  "surrogate-no-store-cc-fresh": surrogate,
  "surrogate-fresh-cc-nostore": surrogate,
}

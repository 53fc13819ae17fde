const decision = "see [decision 18](decisions/0018-what-the-page-cache-leaves-out.md)"
const surrogate =
  "`Surrogate-Control`, an Edge Side Includes proposal of 2001, is not implemented; RFC 9213 has replaced it."
const disconnected =
  "The origin closes the connection without a response, so the proxy responds with 504, as RFC 9111, 5.2.2.2 requires. The test expects a header that only the origin can send."
const partial = `Ranges are served from complete responses; a 206 from the origin is passed on and never stored: ${decision}. In four of these tests the part is one byte shorter than its \`Content-Range\` says, and in the fifth nothing shows that the missing part belongs to the same response, so neither can be stored safely.`

/** By id, why a test does not pass. */
export const failureReasons: Readonly<Record<string, string>> = {
  "age-parse-prefix": `The suite expects \`Age: 0,7200\` in one line to count as 0, but \`Age: 0, 0\` to make the response stale. Here, every \`Age\` that is not a single number makes the response stale: ${decision}.`,
  "stale-close-must-revalidate": disconnected,
  "stale-close-proxy-revalidate": disconnected,
  "stale-close-no-cache": disconnected,
  "stale-close-s-maxage=2": disconnected,
  "304-etag-update-response-ETag":
    "The 304 has another strong `ETag` than the stored response, so by RFC 9111, 4.3.4 it must not update it. The proxy repeats the request without conditions, which the test counts as a failure: see [decision 34](decisions/0034-what-a-304-confirms.md).",
  "method-POST": `Responses to POST are never stored: ${decision}.`,
  "vary-normalise-lang-select":
    "The cache does not negotiate languages, because it does not know which others the origin offers.",
  "conditional-lm-fresh-no-lm":
    "The response has no `Last-Modified`, and its `Date` is later than `If-Modified-Since`. By RFC 9111, 4.3.2 it counts as modified.",
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

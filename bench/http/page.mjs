/** The page that every contender serves: 10 kB of HTML. */
export const body = Buffer.from(
  `<!doctype html><title>News</title>${"<p>All is well that ends well.</p>\n".repeat(300)}`,
)

/** The headers that a handler sets. */
export const stated = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "max-age=600" }

/** The headers of a hit of Larder, for bare handlers to send as well. */
export const sent = {
  ...stated,
  Date: new Date().toUTCString(),
  ETag: 'W/"3QxJkZ0bUCFHrVoPqIRTeGz1aXd"',
  "Content-Length": String(body.byteLength),
  Age: "0",
  "Cache-Status": "Larder; hit; ttl=599",
}

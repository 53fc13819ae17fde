/** A page of 10 kB, as a template might have made it. */
export const html =
  `<!doctype html><title>State of the Union</title>${"<p>The state of the union is strong.</p>".repeat(260)}`.slice(
    0,
    10_240,
  )

/** What a hit sends beside the page: a handler that writes the same from a variable sends these. */
export const headersOfHit = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "max-age=3600",
  Date: new Date().toUTCString(),
  ETag: 'W/"4Jq6IgVZ7QzFZHjWlBGr2bUoNcM"',
  "Content-Length": "10240",
  Age: "7",
  "Cache-Status": "Larder; hit; ttl=3592",
}

export const contentType = "text/html; charset=utf-8"
export const cacheControl = "max-age=3600"

import type { PageCache } from "./page-cache.js"

/** What is to go: the page of a URL in all its variants, all pages with a tag, or all pages below a path. */
export type Purge = { readonly url: string | URL } | { readonly tag: string } | { readonly prefix: string | URL }

const usage = 'A purge names one of url, tag and prefix: { "url": "https://example.com/page" }'

/** Reads a purge that came from outside. Throws a `TypeError` that says what is expected. */
export function parsePurge(value: unknown): Purge {
  if (typeof value !== "object" || value === null) throw new TypeError(usage)
  const given = Object.entries(value)
  const [name, text] = given[0] ?? []
  if (given.length !== 1 || typeof text !== "string" || text === "") throw new TypeError(usage)
  if (name === "url") return { url: text }
  if (name === "tag") return { tag: text }
  if (name === "prefix") return { prefix: text }
  throw new TypeError(usage)
}

/** What became of a request to purge, for any entry to send. */
export interface PurgeAnswer {
  readonly status: 200 | 400 | 503
  readonly message: string
}

/** Purges what the JSON of a request body names. For handlers that have already authorised the request. Never rejects. */
export async function answerPurge(pages: PageCache, body: string): Promise<PurgeAnswer> {
  let purge: Purge
  try {
    purge = parsePurge(JSON.parse(body))
  } catch (error) {
    return { status: 400, message: error instanceof TypeError ? error.message : usage }
  }
  try {
    await pages.purge(purge)
    return { status: 200, message: "purged" }
  } catch (error) {
    if (error instanceof TypeError) return { status: 400, message: error.message }
    return { status: 503, message: "the store did not take the purge; try again" }
  }
}

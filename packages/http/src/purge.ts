import type { PageCache } from "./page-cache.js"

/** What to remove: the page of a URL in all its variants, all pages with a tag, or all pages at and below a path. */
export type Purge = { readonly url: string | URL } | { readonly tag: string } | { readonly prefix: string | URL }

const usage = 'A purge names one of url, tag and prefix: { "url": "https://example.com/page" }'

/** Validates a purge from outside. Throws a `TypeError` that says what is expected. */
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

/** The response to a purge request, for any entry to send. */
export interface PurgeAnswer {
  readonly status: 200 | 400 | 503
  readonly message: string
}

/** Purges what a JSON request body specifies. For handlers that have already authorized the request. Never rejects. */
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

import { isWeak, opaqueTag } from "../engine/conditional.js"
import { splitList } from "../engine/field-list.js"
import type { RequestHeaders } from "../engine/header-lines.js"
import { parseHttpDate } from "../engine/http-date.js"

/** The validators of the current state of a resource. */
export interface Validators {
  /** With its quotes: `"abc"` or `W/"abc"`. */
  readonly etag: string | undefined
  /** In milliseconds since the epoch. */
  readonly lastModified: number | undefined
}

/**
 * Evaluates the preconditions of a request in the order of RFC 9110, 13.2.2; `undefined` if the handler has to run. Unquoted
 * entity tags are ignored, as in Django; a list without a tag is not a condition.
 */
export function evaluatePreconditions(
  { method, headers }: { readonly method: string; readonly headers: RequestHeaders },
  { etag, lastModified }: Validators,
): 304 | 412 | undefined {
  const reads = method === "GET" || method === "HEAD"
  const match = entityTags(headers.get("if-match"))
  const unmodifiedSince = dateOf(headers.get("if-unmodified-since"))
  if (match !== undefined) {
    if (!match.some((tag) => matchesStrongly(tag, etag))) return 412
  } else if (unmodifiedSince !== undefined && !(lastModified !== undefined && lastModified <= unmodifiedSince)) {
    return 412
  }
  const noneMatch = entityTags(headers.get("if-none-match"))
  if (noneMatch !== undefined) {
    if (!noneMatch.some((tag) => matchesWeakly(tag, etag))) return undefined
    return reads ? 304 : 412
  }
  const modifiedSince = reads ? dateOf(headers.get("if-modified-since")) : undefined
  return modifiedSince !== undefined && lastModified !== undefined && lastModified <= modifiedSince ? 304 : undefined
}

/** An entity tag in header form; one with quotes is unchanged. */
export function quoteEtag(etag: string): string {
  const quoted = entityTag.test(etag) ? etag : `"${etag}"`
  if (!entityTag.test(quoted)) {
    throw new TypeError(
      `An ETag must be a string without quotes, spaces or control characters; got ${JSON.stringify(etag)}`,
    )
  }
  return quoted
}

/** RFC 9110, 8.8.3. */
const entityTag = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/

function entityTags(list: string | undefined): readonly string[] | undefined {
  if (list === undefined) return undefined
  const tags = splitList(list).filter((tag) => tag === "*" || entityTag.test(tag))
  return tags.length === 0 ? undefined : tags
}

function matchesStrongly(tag: string, etag: string | undefined): boolean {
  if (etag === undefined) return false
  return tag === "*" || (tag === etag && !isWeak(tag))
}

function matchesWeakly(tag: string, etag: string | undefined): boolean {
  return etag !== undefined && (tag === "*" || opaqueTag(tag) === opaqueTag(etag))
}

function dateOf(value: string | undefined): number | undefined {
  return value === undefined ? undefined : parseHttpDate(value.trim())
}

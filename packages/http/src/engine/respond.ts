import type { Milliseconds } from "@larder/core"
import type { PageResponse } from "../page-exchange.js"
import { type ByteRange, parseRange } from "./byte-range.js"
import { isNotModified, rangeApplies } from "./conditional.js"
import { fieldOf, type HeaderLine, type HeaderLines, type RequestHeaders, withoutFields } from "./header-lines.js"
import type { Policy } from "./policy.js"
import { ageOf } from "./reuse.js"
import type { StoredHead, StoredPage } from "./stored-page.js"

/** The parts of a request that affect the response. */
export interface Asked {
  readonly head: boolean
  readonly headers: RequestHeaders
}

/** RFC 9110, 15.4.5, and what a cache adds. CORS fields, `access-control-*`, are kept too. */
const keptIn304: ReadonlySet<string> = new Set([
  "cache-control",
  "content-location",
  "date",
  "etag",
  "expires",
  "last-modified",
  "vary",
])

/** Fields about the content of a message, or how it is transferred. A 304 has none (RFC 9110, 15.4.5). */
const aboutContent: ReadonlySet<string> = new Set([
  "content-digest",
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-range",
  "content-type",
  "repr-digest",
  "trailer",
  "transfer-encoding",
])

/** The response from a stored page: the whole page, a 304, a range, or the head (RFC 9111, 4.3.2; RFC 9110, 14). */
export function respond(
  page: StoredPage,
  asked: Asked,
  policy: Policy,
  now: Milliseconds,
  status?: string,
): PageResponse {
  const { head, body } = page
  const added: HeaderLine[] = [["Age", String(Math.floor(ageOf(head, now) / 1_000))]]
  if (status !== undefined) added.push(["Cache-Status", status])
  if (head.status !== 200) return whole(page, asked, added)
  if (isNotModified(asked.headers, head.headers, now)) return notModified(head, added)
  const range = policy.ranges && !asked.head ? rangeOf(asked.headers, page) : undefined
  if (range === "unsatisfiable") {
    return {
      status: 416,
      headers: [["Content-Range", `bytes */${body.byteLength}`], ["Content-Length", "0"], ...added],
      body: empty,
      removed: head.removed,
    }
  }
  return range === undefined ? whole(page, asked, added) : part(page, range, policy, added)
}

/** A 304 instead of the handler's own response: with all that does not describe the content, such as cookies. */
export function notModifiedAtOnce(lines: HeaderLines, added: readonly HeaderLine[]): PageResponse {
  return { status: 304, headers: [...withoutFields(lines, aboutContent), ...added], body: null }
}

/** A 304 instead of a stored response. */
function notModified({ headers, removed }: StoredHead, added: readonly HeaderLine[]): PageResponse {
  const kept = headers.filter(([name]) => {
    const lowerCase = name.toLowerCase()
    return keptIn304.has(lowerCase) || lowerCase.startsWith("access-control-")
  })
  return { status: 304, headers: [...kept, ...added], body: null, removed }
}

function whole({ head, body }: StoredPage, asked: Asked, added: readonly HeaderLine[]): PageResponse {
  const bodyless = head.status === 204 || head.status === 205
  const headers = [...head.headers]
  if (head.status !== 204) headers.push(["Content-Length", String(bodyless ? 0 : body.byteLength)])
  headers.push(...added)
  return { status: head.status, headers, body: asked.head || bodyless ? null : body, removed: head.removed }
}

function part(
  { head, body }: StoredPage,
  { start, end }: ByteRange,
  policy: Policy,
  added: HeaderLine[],
): PageResponse {
  const length: HeaderLine[] = [
    ["Content-Range", `bytes ${start}-${end - 1}/${body.byteLength}`],
    ["Content-Length", String(end - start)],
  ]
  const ofPart = withoutFields(head.headers, digestsOfContent)
  const lines = policy.profile === "safe" ? withNoTransform(ofPart) : ofPart
  return {
    status: 206,
    headers: [...lines, ...length, ...added],
    body: body.subarray(start, end),
    removed: head.removed,
  }
}

function rangeOf(request: RequestHeaders, { head, body }: StoredPage): ByteRange | "unsatisfiable" | undefined {
  const header = request.get("range")
  return header !== undefined && rangeApplies(request, head.headers) ? parseRange(header, body.byteLength) : undefined
}

/** Digests of the content sent, which for a range is not the whole (RFC 9530, 2). */
const digestsOfContent: ReadonlySet<string> = new Set(["content-digest", "content-md5"])

/** Otherwise compression around the cache would compress the range and leave `Content-Range` unchanged. */
function withNoTransform(lines: HeaderLines): HeaderLine[] {
  const stated = fieldOf(lines, "cache-control")
  const value = stated === undefined ? "no-transform" : `${stated}, no-transform`
  return [...withoutFields(lines, new Set(["cache-control"])), ["Cache-Control", value]]
}

const empty: Uint8Array = new Uint8Array(0)

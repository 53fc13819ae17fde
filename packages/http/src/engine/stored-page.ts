import type { Milliseconds } from "@larder/core"
import { isToken } from "./field-list.js"
import type { HeaderLine, HeaderLines } from "./header-lines.js"
import type { Freshness } from "./store-decision.js"

/** Everything stored of a response except its body. */
export interface StoredHead extends Freshness {
  readonly status: number
  /** As they are sent: without connection fields, `Age` and `Content-Length`. */
  readonly headers: HeaderLines
  readonly responseTime: Milliseconds
  /** The normalised request headers that the response depends on; `null` for an absent header. */
  readonly vary: readonly (readonly [name: string, value: string | null])[]
  readonly tags: readonly string[]
  /** Headers from outside of the page cache that the handler removed, in lower case. */
  readonly removed: readonly string[]
  /** The handler's own freshness fields, if it can be revalidated and `headers` has others. */
  readonly stated?: HeaderLines
}

export interface StoredPage {
  readonly head: StoredHead
  readonly body: Uint8Array
}

/** The entry at the key of a page with variants: where they are. */
export interface VariantIndex {
  /** Random. Variants written with another generation are outdated. */
  readonly generation: string
  /** The request headers that select a variant: lower case, sorted. */
  readonly names: readonly string[]
  /** Digests of their values, by slot number; `newest` is the slot written last. */
  readonly slots: readonly string[]
  readonly newest: number
  /** When the last variant expires. */
  readonly keptUntil: Milliseconds
}

export type PageRecord = StoredPage | VariantIndex

// "LP" and the format version; the kind follows.
const magic = [0x4c, 0x50, 2] as const
const pageKind = 1
const indexKind = 2
const headStart = 8

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { fatal: true })

/** `magic version kind | length of the head | head as JSON | body`. */
export function encodePage({ head, body }: StoredPage): Uint8Array {
  return encode(pageKind, { ...head, length: body.byteLength }, body)
}

export function encodeIndex(index: VariantIndex): Uint8Array {
  return encode(indexKind, index, new Uint8Array(0))
}

/** Decodes a record; `undefined` if the bytes are damaged, of another version, or not a record. Never throws. */
export function decodeRecord(bytes: unknown): PageRecord | undefined {
  if (!(bytes instanceof Uint8Array) || bytes.byteLength < headStart) return undefined
  if (magic.some((byte, index) => bytes[index] !== byte)) return undefined
  const headEnd = headStart + new DataView(bytes.buffer, bytes.byteOffset).getUint32(4)
  if (headEnd > bytes.byteLength) return undefined
  const head = parseJson(bytes.subarray(headStart, headEnd))
  if (bytes[3] === indexKind) return isIndex(head) ? head : undefined
  const body = bytes.subarray(headEnd)
  return bytes[3] === pageKind && isHead(head) && head.length === body.byteLength ? { head, body } : undefined
}

export function isPage(record: PageRecord): record is StoredPage {
  return "body" in record
}

function encode(kind: number, head: unknown, body: Uint8Array): Uint8Array {
  const headBytes = encoder.encode(JSON.stringify(head))
  const bytes = new Uint8Array(headStart + headBytes.byteLength + body.byteLength)
  bytes.set(magic)
  bytes[3] = kind
  new DataView(bytes.buffer).setUint32(4, headBytes.byteLength)
  bytes.set(headBytes, headStart)
  bytes.set(body, headStart + headBytes.byteLength)
  return bytes
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch {
    return undefined
  }
}

function isIndex(value: unknown): value is VariantIndex {
  if (!isRecord(value)) return false
  const { generation, names, slots, newest, keptUntil } = value
  return (
    typeof generation === "string" &&
    isStrings(names) &&
    isStrings(slots) &&
    Number.isInteger(newest) &&
    Number.isFinite(keptUntil)
  )
}

function isHead(value: unknown): value is StoredHead & { readonly length: number } {
  if (!isRecord(value)) return false
  const { status, headers, vary, tags, removed, stated = [] } = value
  return (
    Number.isInteger(status) &&
    Number(status) >= 200 &&
    Number(status) <= 999 &&
    durations.every((name) => Number.isFinite(value[name])) &&
    facts.every((name) => typeof value[name] === "boolean") &&
    Array.isArray(headers) &&
    headers.every(isLine) &&
    Array.isArray(stated) &&
    stated.every(isLine) &&
    Array.isArray(vary) &&
    vary.every((pair) => Array.isArray(pair) && isStrings(pair.filter((part) => part !== null))) &&
    isStrings(tags) &&
    isStrings(removed)
  )
}

const durations = [
  "initialAge",
  "length",
  "lifetime",
  "responseTime",
  "staleIfError",
  "staleWhileRevalidate",
] as const satisfies readonly (keyof StoredHead | "length")[]

const facts = ["forAuthorized", "mustRevalidate", "noCache"] as const satisfies readonly (keyof StoredHead)[]

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string")
}

/** Guards against invalid lines that other software wrote into the store. */
function isLine(value: unknown): value is HeaderLine {
  return isStrings(value) && value.length === 2 && isToken(value[0] ?? "") && !/[\r\n\0]/.test(value[1] ?? "")
}

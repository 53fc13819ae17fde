import { fieldName } from "../engine/field-name.js"
import type { HeaderLine, HeaderLines } from "../engine/header-lines.js"
import type { NodeResponse } from "./node-message.js"

/** What is sent in place of the handler's head. */
export interface HeadReplacement {
  readonly status: number
  readonly headers: HeaderLines
}

/**
 * Shows `rewrite` the final head of a response at the moment when it is sent, with the headers that were given to
 * `writeHead` among those that were set; sends what it answers, or the head as it is for `undefined`.
 *
 * Only the method of this one object is replaced: what wrapped it before (compression outside) sees the head after
 * `rewrite`, what wraps it later (compression inside) before.
 */
export function interceptHead(
  response: NodeResponse,
  rewrite: (status: number, headers: HeaderLines) => HeadReplacement | undefined,
): void {
  const writeHead = response.writeHead.bind(response)
  let seen = false
  // Object.assign, since the overloads of the two protocols have no type in common.
  Object.assign(response, {
    writeHead(status: number, ...rest: readonly unknown[]): unknown {
      // A second head is a mistake of the handler, an informational one is none: Node knows what to do.
      if (seen || status < 200) return writeHead(status, ...rest)
      seen = true
      const [message] = rest
      setGivenHeaders(response, typeof message === "string" ? rest[1] : (rest[1] ?? message))
      const headers = headersOf(response)
      const replacement = rewrite(status, headers)
      if (replacement !== undefined) replaceHeaders(response, headers, replacement.headers)
      const sent = replacement?.status ?? status
      return typeof message === "string" && sent === status ? writeHead(sent, message) : writeHead(sent)
    },
  })
}

/** Merges the headers given to `writeHead` into those that were set, as Node does. */
function setGivenHeaders(response: NodeResponse, given: unknown): void {
  if (Array.isArray(given)) {
    const pairs = pairsOf(given)
    for (const [name] of pairs) response.removeHeader(name)
    for (const [name, value] of pairs) response.appendHeader(name, value)
  } else if (typeof given === "object" && given !== null) {
    for (const [name, value] of Object.entries(given)) {
      if (name !== "") response.setHeader(name, value)
    }
  }
}

/** Node takes headers as one flat array, or as an array of pairs. */
function pairsOf(given: readonly unknown[]): (readonly [name: string, value: unknown])[] {
  if (given.every((one) => Array.isArray(one))) return given.map(([name, value]) => [String(name), value])
  if (given.length % 2 !== 0) {
    throw new TypeError(`The headers given to writeHead are names and values in turn; got ${given.length} items`)
  }
  return Array.from({ length: given.length / 2 }, (_, index) => [String(given[index * 2]), given[index * 2 + 1]])
}

/** The headers that are set, one line for each value. */
export function headersOf(response: NodeResponse): HeaderLines {
  const lines: HeaderLine[] = []
  for (const name of response.getRawHeaderNames?.() ?? response.getHeaderNames()) {
    const value = response.getHeader(name)
    if (Array.isArray(value)) for (const line of value) lines.push([name, String(line)])
    else if (value !== undefined) lines.push([name, String(value)])
  }
  return lines
}

/** Makes `wanted` the headers that are set, where `present` are. */
export function replaceHeaders(response: NodeResponse, present: HeaderLines, wanted: HeaderLines): void {
  const fields = fieldsOf(wanted)
  for (const [name] of present) if (!fields.has(name.toLowerCase())) response.removeHeader(name)
  for (const { name, value } of fields.values()) response.setHeader(name, value)
}

/** Sets these lines over what is set already. */
export function setHeaders(response: NodeResponse, lines: HeaderLines): void {
  const { setHeader } = response
  const fields = new Set<string>()
  for (const [name, value] of lines) {
    const { size } = fields
    if (fields.add(fieldName(name)).size > size) setHeader.call(response, name, value)
    else response.appendHeader(name, value)
  }
}

/** The lines by their names in lower case, those of one name together. */
function fieldsOf(lines: HeaderLines): Map<string, { readonly name: string; readonly value: string | string[] }> {
  const fields = new Map<string, { name: string; value: string | string[] }>()
  for (const [name, value] of lines) {
    const lowerCase = name.toLowerCase()
    const known = fields.get(lowerCase)
    if (known === undefined) fields.set(lowerCase, { name, value })
    else known.value = [...(typeof known.value === "string" ? [known.value] : known.value), value]
  }
  return fields
}

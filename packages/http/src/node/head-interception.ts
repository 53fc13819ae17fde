import { fieldName } from "../engine/field-name.js"
import type { HeaderLine, HeaderLines } from "../engine/header-lines.js"
import type { NodeResponse } from "./node-message.js"

/** The head to send instead of the handler's. */
export interface HeadReplacement {
  readonly status: number
  readonly headers: HeaderLines
}

/**
 * Calls `rewrite` with the final head of a response when it is sent, including the headers passed to `writeHead`, and sends
 * the head that it returns, or the original for `undefined`. If Node rejects that head (an invalid character), calls
 * `rejected`, and `rewrite` again for the next one.
 *
 * Replaces only the method of this object: earlier wrappers (compression outside) see the head after `rewrite`, later ones
 * (compression inside) before it.
 */
export function interceptHead(
  response: NodeResponse,
  rewrite: (status: number, headers: HeaderLines) => HeadReplacement | undefined,
  rejected?: () => void,
): void {
  const writeHead = response.writeHead.bind(response)
  // Later, a wrapper that delays the head may say that it was sent before it was.
  let seen = response.headersSent
  // Object.assign, because the overloads of the two protocols have no common type.
  Object.assign(response, {
    writeHead(status: number, ...rest: readonly unknown[]): unknown {
      // Node handles informational responses, and throws for a second head.
      if (seen || status < 200) return writeHead(status, ...rest)
      seen = true
      const before = headersOf(response)
      const [message] = rest
      try {
        setGivenHeaders(response, typeof message === "string" ? rest[1] : (rest[1] ?? message))
        const headers = headersOf(response)
        const replacement = rewrite(status, headers)
        if (replacement !== undefined) replaceHeaders(response, headers, replacement.headers)
        const sent = replacement?.status ?? status
        if (sent !== status) resetMessage(response)
        return typeof message === "string" && sent === status ? writeHead(sent, message) : writeHead(sent)
      } catch (error) {
        seen = false
        // A `Content-Length`, for example, is not that of the next head.
        replaceHeaders(response, headersOf(response), before)
        rejected?.()
        throw error
      }
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

/** The current headers, one line per value. */
export function headersOf(response: NodeResponse): HeaderLines {
  const lines: HeaderLine[] = []
  for (const name of response.getRawHeaderNames?.() ?? response.getHeaderNames()) {
    const value = response.getHeader(name)
    if (Array.isArray(value)) for (const line of value) lines.push([name, String(line)])
    else if (value !== undefined) lines.push([name, String(value)])
  }
  return lines
}

/** Replaces the current headers, `present`, by `wanted`. */
export function replaceHeaders(response: NodeResponse, present: HeaderLines, wanted: HeaderLines): void {
  const sofar = fieldsOf(present)
  const fields = fieldsOf(wanted)
  for (const [lowerCase, { name }] of sofar) if (!fields.has(lowerCase)) response.removeHeader(name)
  for (const [lowerCase, { name, value }] of fields) {
    if (!isSame(sofar.get(lowerCase)?.value, value)) response.setHeader(name, value)
  }
}

/** Most fields are unchanged, and setting one costs more than comparing it. */
function isSame(present: string | string[] | undefined, wanted: string | string[]): boolean {
  if (present === undefined || typeof present === "string" || typeof wanted === "string") return present === wanted
  return present.length === wanted.length && present.every((line, index) => line === wanted[index])
}

/** Sets these lines; they replace current headers of the same names. */
export function setHeaders(response: NodeResponse, lines: HeaderLines): void {
  const { setHeader } = response
  const fields = new Set<string>()
  for (const [name, value] of lines) {
    const { size } = fields
    if (fields.add(fieldName(name)).size > size) setHeader.call(response, name, value)
    else response.appendHeader(name, value)
  }
}

/** Makes Node send the message that belongs to the status. HTTP/2 has no messages, and warns when one is set. */
export function resetMessage(response: NodeResponse): void {
  if (response.stream === undefined) response.statusMessage = ""
}

/** The lines grouped by lower-case name. */
function fieldsOf(lines: HeaderLines): Map<string, { readonly name: string; readonly value: string | string[] }> {
  const fields = new Map<string, { name: string; value: string | string[] }>()
  for (const [name, value] of lines) {
    const lowerCase = fieldName(name)
    const known = fields.get(lowerCase)
    if (known === undefined) fields.set(lowerCase, { name, value })
    else known.value = [...(typeof known.value === "string" ? [known.value] : known.value), value]
  }
  return fields
}

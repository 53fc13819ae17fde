import type { HeaderLine, HeaderLines, RequestHeaders } from "@larder/http"

/** The pairs of Node's flat list of names and values. */
export function headerLines(raw: readonly string[]): HeaderLine[] {
  const lines: HeaderLine[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) lines.push([raw[index] ?? "", raw[index + 1] ?? ""])
  return lines
}

/** Node's flat list of these lines. */
export function rawHeaders(lines: HeaderLines): string[] {
  return lines.flat()
}

/** A lookup over all lines of a request; Node's own `headers` drops the second line of some fields. */
export function requestHeaders(lines: HeaderLines): RequestHeaders {
  const values = new Map<string, string>()
  for (const [name, value] of lines) {
    const key = name.toLowerCase()
    const sofar = values.get(key)
    values.set(key, sofar === undefined ? value : `${sofar}${key === "cookie" ? "; " : ", "}${value}`)
  }
  return { get: (name) => values.get(name) }
}

/** The lines without those of the named field, whose name is in lower case. */
export function withoutField(lines: HeaderLines, field: string): HeaderLine[] {
  return lines.filter(([name]) => name.toLowerCase() !== field)
}

const hopByHop: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
])

/**
 * Nobody can make these a matter of the connection: they are for every recipient (RFC 9110, 7.6.1), or without them a
 * message would be for another server, or end elsewhere.
 */
const forAll: ReadonlySet<string> = new Set(["cache-control", "content-length", "expires", "host", "vary"])

/** The lines that go on to the next server: without those of this connection (RFC 9110, 7.6.1). */
export function forwardedLines(lines: HeaderLines): HeaderLine[] {
  const named = lines
    .filter(([name]) => name.toLowerCase() === "connection")
    .flatMap(([, value]) => value.split(",").map((name) => name.trim().toLowerCase()))
    .filter((name) => !forAll.has(name))
  return lines.filter(([name]) => !hopByHop.has(name.toLowerCase()) && !named.includes(name.toLowerCase()))
}

/** What must not be sent on as it came: each control character becomes a space (RFC 9110, 5.5). */
export function cleanText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be sent on.
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f]/g, " ")
}

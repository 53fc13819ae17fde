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
export function requestHeaders(raw: readonly string[]): RequestHeaders {
  const values = new Map<string, string>()
  for (const [name, value] of headerLines(raw)) {
    const key = name.toLowerCase()
    const sofar = values.get(key)
    values.set(key, sofar === undefined ? value : `${sofar}${key === "cookie" ? "; " : ", "}${value}`)
  }
  return { get: (name) => values.get(name) }
}

const hopByHop: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
])

/** The lines that go on to the next server: without those of this connection (RFC 9110, 7.6.1). */
export function forwardedLines(lines: HeaderLines): HeaderLine[] {
  const named = lines
    .filter(([name]) => name.toLowerCase() === "connection")
    .flatMap(([, value]) => value.split(",").map((name) => name.trim().toLowerCase()))
  return lines.filter(([name]) => !hopByHop.has(name.toLowerCase()) && !named.includes(name.toLowerCase()))
}

import { fieldNames } from "./field-list.js"
import { fieldOf, type HeaderLines } from "./header-lines.js"

const always = [
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
]

/** The names of connection-specific fields (RFC 9110, 7.6.1; RFC 9111, 3.1). */
export function connectionFields(lines: HeaderLines): Set<string> {
  return new Set([...always, ...fieldNames(fieldOf(lines, "connection") ?? "")])
}

import type { IncomingMessage } from "node:http"
import type { HeaderLine, PageRequest } from "@larder/http"
import { forwardedLines, headerLines, requestHeaders, withoutField } from "./raw-headers.js"

/** A request of a client: what goes on to the origin, and the page that it asks for. Both have the same lines. */
export interface ClientRequest {
  readonly page: PageRequest
  readonly lines: readonly HeaderLine[]
}

/**
 * Nothing that stays behind, such as what `Connection` names, is part of the page's identity: the origin has not seen it.
 * A URL in place of a path outranks `Host` (RFC 9112, 3.2.2).
 */
export function clientRequest({ method = "GET", url = "/", rawHeaders, httpVersion }: IncomingMessage): ClientRequest {
  const all = headerLines(rawHeaders)
  const came = requestHeaders(all)
  const [, named, rest = ""] = /^https?:\/\/([^/?#]*)([^#]*)/i.exec(url) ?? []
  const authority = (named ?? came.get("host") ?? "localhost").toLowerCase()
  const chunked = came.get("transfer-encoding") !== undefined
  const lines: HeaderLine[] = [["Host", authority], ...withoutField(forwardedLines(all), "host")]
  lines.push(via(httpVersion))
  if (chunked) lines.push(["Transfer-Encoding", "chunked"])
  return {
    lines,
    page: {
      method,
      scheme: "http",
      authority,
      target: named === undefined ? url : rest.startsWith("/") ? rest : `/${rest}`,
      headers: requestHeaders(lines),
      hasBody: chunked || Number(came.get("content-length") ?? 0) > 0,
    },
  }
}

/** Such a request gets a 400 (RFC 9112, 3.2): servers behind the proxy could disagree about which one is meant. */
export function namesSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  return headerLines(rawHeaders).filter(([name]) => name.toLowerCase() === "host").length > 1
}

/** A gateway says that it was there, and by which version it was asked (RFC 9110, 7.6.3). */
export function via(httpVersion: string): HeaderLine {
  return ["Via", `${httpVersion} larder`]
}

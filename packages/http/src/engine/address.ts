import type { PageRequest } from "../page-exchange.js"

/** A URL in its parts, the target byte for byte. */
export interface Address {
  readonly scheme: string
  /** Host and port; without the port that the scheme implies. */
  readonly authority: string
  readonly target: string
}

export function addressOf({ scheme, authority, target }: PageRequest): Address {
  return { scheme, authority: withoutDefaultPort(scheme, authority), target }
}

/**
 * The parts of an absolute URL; `undefined` for anything else. A fragment is left out. What no request can have in its
 * target, such as a letter with an accent, is encoded as clients do.
 */
export function parseAddress(url: string): Address | undefined {
  const match = /^(https?):\/\/[^/?#\s]+([^#]*)/i.exec(url)
  if (match === null || !URL.canParse(url)) return undefined
  const [, scheme = "", rest = ""] = match
  return {
    scheme: scheme.toLowerCase(),
    // Without the port that the scheme implies, too.
    authority: new URL(url).host,
    target: encodeTarget(rest.startsWith("/") ? rest : `/${rest}`),
  }
}

/** Whether the target of a request is in the form that all but proxies are sent (RFC 9112, 3.2.1). */
export function isPathAndQuery(target: string): boolean {
  return target.startsWith("/") && !target.includes("#")
}

function encodeTarget(target: string): string {
  return target.replace(/[^\x21-\x7e]+/gu, (text) => encodeURIComponent(text.toWellFormed()))
}

function withoutDefaultPort(scheme: string, authority: string): string {
  const port = scheme === "https" ? ":443" : ":80"
  return authority.endsWith(port) ? authority.slice(0, -port.length) : authority
}

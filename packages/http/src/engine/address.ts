import type { PageRequest } from "../page-exchange.js"

/** The parts of a URL, with an unchanged target. */
export interface Address {
  readonly scheme: string
  /** Host and port; the default port of the scheme is omitted. */
  readonly authority: string
  readonly target: string
}

export function addressOf({ scheme, authority, target }: PageRequest): Address {
  return { scheme, authority: withoutDefaultPort(scheme, authority), target }
}

/**
 * The parts of an absolute URL; `undefined` for anything else. Omits the fragment. Characters that are not allowed in a
 * request target, such as accented letters, are encoded as clients do.
 */
export function parseAddress(url: string): Address | undefined {
  const match = /^(https?):\/\/[^/?#\s]+([^#]*)/i.exec(url)
  if (match === null || !URL.canParse(url)) return undefined
  const [, scheme = "", rest = ""] = match
  return {
    scheme: scheme.toLowerCase(),
    // Also omits the default port of the scheme.
    authority: new URL(url).host,
    target: encodeTarget(rest.startsWith("/") ? rest : `/${rest}`),
  }
}

/** Whether a request target is in origin form (RFC 9112, 3.2.1). */
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

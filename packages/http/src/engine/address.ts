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

/** The parts of an absolute URL; `undefined` for anything else. A fragment is left out. */
export function parseAddress(url: string): Address | undefined {
  const match = /^(https?):\/\/([^/?#\s]+)([^#]*)/i.exec(url)
  if (match === null) return undefined
  const [, scheme = "", authority = "", rest = ""] = match
  const lowerScheme = scheme.toLowerCase()
  return {
    scheme: lowerScheme,
    authority: withoutDefaultPort(lowerScheme, authority.toLowerCase()),
    target: rest.startsWith("/") ? rest : `/${rest}`,
  }
}

function withoutDefaultPort(scheme: string, authority: string): string {
  const port = scheme === "https" ? ":443" : ":80"
  return authority.endsWith(port) ? authority.slice(0, -port.length) : authority
}

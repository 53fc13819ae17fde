/** In URLs of these schemes, an `@` after the authority is part of a path. */
const pathSchemes = /^(?:file|sqlite):/i

/**
 * A URL for messages: `***` in place of its user and password, and of the values of parameters that are named like passwords.
 * The URL may be malformed, so credentials are whatever is before the last `@`, which may hide more. Paths of files keep
 * their `@`.
 */
export function maskUrl(url: string): string {
  const credentials = pathSchemes.test(url) ? /^([^:]*:\/\/)[^/?#]*@/ : /^([^:]*:(?:\/\/)?).*@/s
  return url
    .replace(credentials, "$1***@")
    .replace(/([?&][^?&=]*(?:password|passwd|pwd|secret|token)=)[^&]+/gi, "$1***")
}

/** A text for messages, such as that of a client: with `maskUrl` applied to each URL in it, up to the next white space. */
export function maskUrls(text: string): string {
  return text.replace(/[a-z][a-z0-9+.-]{0,30}:\/\/\S*[^\s"'`)\].,;:]/gi, maskUrl)
}

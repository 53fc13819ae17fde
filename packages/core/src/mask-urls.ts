/**
 * A URL for messages: without its user and password, which are before the last `@` even if the slashes are missing, and
 * without the values of parameters that are named like passwords.
 */
export function maskUrl(url: string): string {
  return url
    .replace(/^([^:]*:(?:\/\/)?).*@/s, "$1***@")
    .replace(/([?&][^\s?&=]*(?:password|passwd|pwd|secret|token)=)[^\s&#"']+/gi, "$1***")
}

/** A text for messages, such as that of a client: with `maskUrl` applied to the URLs in it. */
export function maskUrls(text: string): string {
  return text.replace(/[a-z][a-z0-9+.-]{0,30}:\/\/\S+/gi, (url) => maskUrl(url))
}

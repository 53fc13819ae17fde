/** A URL for messages: without its user and password, which are before the last `@` even if the slashes are missing. */
export function maskUrl(url: string): string {
  return url.replace(/^([^:]*:(?:\/\/)?).*@/s, "$1***@")
}

/** A text for messages, such as that of a client: without the users and passwords of the URLs in it. */
export function maskUrls(text: string): string {
  return text.replace(/[a-z][a-z0-9+.-]{0,30}:\/\/\S+/gi, (url) => maskUrl(url))
}

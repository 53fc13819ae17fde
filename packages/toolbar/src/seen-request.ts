/** A request, of any framework, as far as it matters here. */
export interface SeenRequest {
  readonly method: string
  /** The address of the client; `undefined`: unknown. */
  readonly address: string | undefined
  /** The value of a header; the name is in lower case. */
  header(name: string): string | undefined
}

/**
 * Whether the response may be a page for somebody to look at: a GET by navigation, not by a script, an image or a frame.
 * Browsers say what for in `Sec-Fetch-Dest`, except to sites without TLS elsewhere. There, only
 * a navigation accepts HTML by name.
 */
export function asksForPage({ method, header }: SeenRequest): boolean {
  if (method !== "GET") return false
  const destination = header("sec-fetch-dest")
  if (destination !== undefined) return destination === "document"
  return /text\/html/i.test(header("accept") ?? "")
}

/** Headers that what is inside does not see: a panel can be added neither to an encoded page, nor to a 304. */
export const hiddenHeaders: readonly string[] = ["accept-encoding", "if-modified-since", "if-none-match"]

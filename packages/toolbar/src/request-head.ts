/** The parts of a request, of any framework, that the toolbar needs. */
export interface RequestHead {
  readonly method: string
  /** The address of the client; `undefined`: unknown. */
  readonly address: string | undefined
  /** The name of the site that the client requested, with the port if there is one; `undefined`: unknown. */
  readonly host: string | undefined
  /** The value of a header. The name is in lower case. */
  header(name: string): string | undefined
}

/**
 * Whether a browser requests a page to show: a GET that is a navigation, not a request for a script, an image or a frame.
 * Browsers send `Sec-Fetch-Dest` only over TLS or to this machine. Without it, an `Accept` that names HTML is a navigation.
 */
export function isNavigation({ method, header }: RequestHead): boolean {
  if (method !== "GET") return false
  const destination = header("sec-fetch-dest")
  if (destination !== undefined) return destination === "document"
  return /text\/html/i.test(header("accept") ?? "")
}

/** Headers hidden from the application, because a panel cannot be added to an encoded page or a 304. */
export const hiddenHeaders: readonly string[] = ["accept-encoding", "if-modified-since", "if-none-match"]

/** What a handler answers with. */
export interface Page {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** One request, as far as handlers are concerned with it. */
export interface Visit {
  /** `HEAD` asks for a page like `GET`, and is to leave no trace. */
  readonly method: "GET" | "HEAD" | "POST"
  readonly url: URL
  /** What the path has in place of the `:names` of its route. */
  readonly parameters: Readonly<Record<string, string>>
  /** The fields of the form that was posted; empty for other methods. */
  readonly form: URLSearchParams
  /** Whether the page is going to be kept whole, for others to see. */
  readonly kept: boolean
}

/** Makes the page of one route; `undefined` when there is no such thing to show. */
export type Handler = (visit: Visit) => Promise<Page | undefined>

export function htmlPage(body: string, status = 200): Page {
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, body }
}

/** Sends the browser on with a GET: what follows a form. */
export function seeOther(path: string): Page {
  return { status: 303, headers: { location: path }, body: "" }
}

import type { PageControl } from "@larder/http"
import type { Language } from "./languages/language.js"

/** What a handler answers with. */
export interface Page {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** What every page depends on. */
export interface Reading {
  readonly language: Language
  /** The path and query of the page: where a visitor who changes the language comes back to. */
  readonly address: string
  /** What the page cache does with the page, where there is one around. */
  readonly cache: PageControl
}

/** One request, as far as handlers are concerned with it. */
export interface Visit extends Reading {
  /** `HEAD` asks for a page like `GET`, and is to leave no trace. */
  readonly method: "GET" | "HEAD" | "POST"
  readonly url: URL
  /** What the path has in place of the `:names` of its route. */
  readonly parameters: Readonly<Record<string, string>>
  /** The fields of the form that was posted; empty for other methods. */
  readonly form: URLSearchParams
}

/** Makes the page of one route; `undefined` when there is no such thing to show. */
export type Handler = (visit: Visit) => Promise<Page | undefined>

/** Sends the browser on with a GET: what follows a form. */
export function seeOther(path: string, headers: Readonly<Record<string, string>> = {}): Page {
  return { status: 303, headers: { ...headers, location: path }, body: "" }
}

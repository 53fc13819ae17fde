import type { PageControl } from "@larder/http"
import type { Language } from "./languages/language.js"

/** The response of a handler. */
export interface Page {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** The context of every page. */
export interface Reading {
  readonly language: Language
  /** The path and query of the page, to which a change of language returns. */
  readonly address: string
  /** Controls how the enclosing page cache, if there is one, treats the page. */
  readonly cache: PageControl
}

/** The parts of a request that handlers use. */
export interface Visit extends Reading {
  /** `HEAD` renders a page like `GET`, without side effects. */
  readonly method: "GET" | "HEAD" | "POST"
  readonly url: URL
  /** The values of the `:names` of the route. */
  readonly parameters: Readonly<Record<string, string>>
  /** The fields of the form that was posted; empty for other methods. */
  readonly form: URLSearchParams
}

/** Renders the page of one route; `undefined` if it does not exist. */
export type Handler = (visit: Visit) => Promise<Page | undefined>

/** Redirects the browser to a GET, after a form. */
export function seeOther(path: string, headers: Readonly<Record<string, string>> = {}): Page {
  return { status: 303, headers: { ...headers, location: path }, body: "" }
}

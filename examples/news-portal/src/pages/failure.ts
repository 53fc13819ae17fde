import type { Page, Reading } from "../page.js"
import type { Site } from "../site.js"

interface Explanation {
  readonly title: string
  readonly explanation: string
}

/** In English; the page translates them. */
export const explanations: Readonly<Record<number, Explanation>> = {
  400: { title: "That request makes no sense", explanation: "Its address or form is not well-formed." },
  403: {
    title: "That form came from elsewhere",
    explanation: "Forms are taken from the pages of this site only.",
  },
  404: { title: "No such page", explanation: "Nothing was ever published at this address." },
  405: { title: "That cannot be done here", explanation: "This page can be read, and nothing else." },
  413: { title: "That is too much", explanation: "The form is longer than any correction can be." },
  415: { title: "That is no form", explanation: "Forms are taken as HTML sends them." },
  500: { title: "The presses have stopped", explanation: "Something failed on our side. It has been noted." },
}

/** The error page. It is not cached. */
export async function failurePage(
  { views }: Site,
  reading: Reading,
  status: number,
  headers: Page["headers"] = {},
): Promise<Page> {
  reading.cache.skip("failure")
  const page = await views.page(reading, "failure", { status, ...(explanations[status] ?? explanations[500]) }, status)
  return { ...page, headers: { ...page.headers, ...headers } }
}

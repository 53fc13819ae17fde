import { htmlPage, type Page } from "../page.js"
import type { Site } from "../site.js"

const explanations: Readonly<Record<number, { readonly title: string; readonly explanation: string }>> = {
  400: { title: "That request makes no sense", explanation: "Its address or form is not well-formed." },
  403: {
    title: "That form came from elsewhere",
    explanation: "Corrections are taken from the pages of this site only.",
  },
  404: { title: "No such page", explanation: "Nothing was ever published at this address." },
  405: { title: "That cannot be done here", explanation: "This page can be read, and nothing else." },
  413: { title: "That is too much", explanation: "The form is longer than any correction can be." },
  415: { title: "That is no form", explanation: "Corrections are sent as an HTML form sends them." },
  500: { title: "The presses have stopped", explanation: "Something failed on our side. It has been noted." },
}

/** The page that says what went wrong. */
export async function failurePage({ views }: Site, status: number): Promise<Page> {
  const { title, explanation } = explanations[status] ?? {
    title: "Something went wrong",
    explanation: "Please go back.",
  }
  return htmlPage(await views.render("failure", { status, title, explanation }), status)
}

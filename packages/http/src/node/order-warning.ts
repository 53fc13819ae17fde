import { warnOnce } from "../warn-once.js"

const mistakes = {
  sent: "A page cache was reached after the response had been sent: put it before what answers, or nothing is cached",
  cookie: "A cookie that is set outside of a page cache keeps its pages from being stored: put sessions inside of it",
} as const

/**
 * Warns once that middleware is in an order that defeats the page cache. Silent in production (`NODE_ENV=production`).
 */
export function warnOfOrder(mistake: keyof typeof mistakes): void {
  if (process.env.NODE_ENV !== "production") warnOnce(mistakes[mistake], { code: "LARDER_PAGE_ORDER" })
}

import type { IncomingHttpHeaders, RequestListener } from "node:http"
import type { Language } from "./languages/language.js"
import { english, languageByCode, languages } from "./languages/languages.js"
import { preferredLanguage } from "./languages/preferred-language.js"

const cookieName = "language"
const secondsPerYear = 31_536_000
const codes = languages.map(({ code }) => code)

/** The language of a visitor: the one they chose, else the one their browser asks for, else English. */
export function languageOf({ cookie = "", "accept-language": acceptLanguage = "" }: IncomingHttpHeaders): Language {
  const [, chosen] = /(?:^|;\s?)language=(\w+)/.exec(cookie) ?? []
  return languageByCode(chosen) ?? languageByCode(preferredLanguage(acceptLanguage, codes)) ?? english
}

/** The `Set-Cookie` that remembers a choice. */
export function rememberedChoice({ code }: Language): string {
  return `${cookieName}=${code}; Path=/; Max-Age=${secondsPerYear}; SameSite=Lax; HttpOnly`
}

/**
 * Replaces `Accept-Language` by the language that the visitor will read. It runs before the page cache, so a page has as many
 * variants as the site has languages, whatever browsers send.
 */
export function inOneLanguage(listener: RequestListener): RequestListener {
  return (request, response) => {
    request.headers["accept-language"] = languageOf(request.headers).code
    return listener(request, response)
  }
}

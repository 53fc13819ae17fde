import { rememberedChoice } from "../language-choice.js"
import { languageByCode } from "../languages/languages.js"
import { type Handler, seeOther } from "../page.js"
import { RequestError } from "../request-error.js"

/** Remembers the language that a visitor chose, and shows them the page that they came from in it. */
export function chooseLanguage(): Handler {
  return async ({ form }) => {
    const language = languageByCode(form.get("language") ?? undefined)
    if (language === undefined) throw new RequestError(400, "The site has no such language")
    return seeOther(localPath(form.get("address") ?? "/"), { "set-cookie": rememberedChoice(language) })
  }
}

/** The path and query of an address of this site; the front page for one that leads elsewhere. */
function localPath(address: string): string {
  const site = "http://site"
  if (!address.startsWith("/") || !URL.canParse(address, site)) return "/"
  const { origin, pathname, search } = new URL(address, site)
  // Browsers take a path of two slashes for another host, and that is what they make of `/..//host`.
  return origin === site && !pathname.startsWith("//") ? pathname + search : "/"
}

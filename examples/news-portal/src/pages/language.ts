import { rememberedChoice } from "../language-choice.js"
import { languageByCode } from "../languages/languages.js"
import { type Handler, seeOther } from "../page.js"
import { RequestError } from "../request-error.js"

/** Stores the language that a visitor chose in a cookie, and redirects to the page that they came from. */
export function chooseLanguage(): Handler {
  return async ({ form }) => {
    const language = languageByCode(form.get("language") ?? undefined)
    if (language === undefined) throw new RequestError(400, "The site has no such language")
    return seeOther(localPath(form.get("address") ?? "/"), { "set-cookie": rememberedChoice(language) })
  }
}

/** The path and query of a URL of this site; the front page for any other URL. */
function localPath(address: string): string {
  const site = "http://site"
  if (!address.startsWith("/") || !URL.canParse(address, site)) return "/"
  const { origin, pathname, search } = new URL(address, site)
  // Browsers treat a path that begins with two slashes as another host, and normalize `/..//host` to one.
  return origin === site && !pathname.startsWith("//") ? pathname + search : "/"
}

import { germanTexts } from "./german-texts.js"
import { Language } from "./language.js"

export const english: Language = new Language({ code: "en", name: "English", locale: "en-US" })
export const german: Language = new Language({ code: "de", name: "Deutsch", locale: "de-DE", texts: germanTexts })

/** Those that the site can be read in. Visitors who read neither get the first. */
export const languages: readonly Language[] = [english, german]

/** The language of a code; `undefined` for one that the site does not have. */
export function languageByCode(code: string | undefined): Language | undefined {
  return languages.find((language) => language.code === code)
}

import { fileURLToPath } from "node:url"
import { addCacheTag } from "@larder/fragments/liquid"
import { Liquid } from "liquidjs"
import type { Caches } from "./caches.js"
import type { Language } from "./languages/language.js"
import { languages } from "./languages/languages.js"
import type { Page, Reading } from "./page.js"

/**
 * Renders the site's templates. Everything they print is escaped; their only logic is loops and conditions.
 */
export class Views {
  readonly #engines: ReadonlyMap<Language, Liquid>

  constructor(caches: Caches) {
    this.#engines = new Map(languages.map((language) => [language, engineFor(language, caches)]))
  }

  /**
   * Renders a template in the reader's language. Data may be functions, which are called where the template uses them: inside
   * a cached part, only on a miss.
   */
  async page(
    { language, address }: Reading,
    template: string,
    data: Readonly<Record<string, unknown>>,
    status = 200,
  ): Promise<Page> {
    const engine = this.#engines.get(language)
    if (engine === undefined) throw new TypeError(`The site has no pages in ${language.name}`)
    const body: unknown = await engine.renderFile(template, { query: "", address, ...data })
    return {
      status,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-language": language.code,
        // As `inOneLanguage` has replaced it.
        vary: "Accept-Language",
      },
      body: String(body),
    }
  }
}

function engineFor(language: Language, caches: Caches): Liquid {
  const engine = new Liquid({
    root: fileURLToPath(new URL("../templates/", import.meta.url)),
    extname: ".liquid",
    outputEscape: "escape",
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    cache: true,
    globals: {
      language: language.code,
      languages: languages.map(({ code, name }) => ({ code, name })),
    },
  })
  addCacheTag(engine, { cache: caches })
  engine.registerFilter("t", (text: string, ...values: [name: string, value: string | number][]) =>
    language.text(text, Object.fromEntries(values)),
  )
  engine.registerFilter("counted", (count: number, one: string, other: string) => language.counted(count, one, other))
  engine.registerFilter("number", (value: number, digits?: 0 | 1 | 2) => language.number(value, digits))
  engine.registerFilter("reading_time", (words: number) => language.readingTime(words))
  engine.registerFilter("day", (date: Date) => language.day(date))
  engine.registerFilter("category", (name: string) => language.category(name))
  return engine
}

const wordsPerMinute = 230

export interface LanguageDescription {
  /** What HTTP and HTML call it: `de`. */
  readonly code: string
  /** What it calls itself: `Deutsch`. */
  readonly name: string
  /** Whose numbers and dates it writes: `de-DE`. */
  readonly locale: string
  /** The translations of the English texts. */
  readonly texts?: Readonly<Record<string, string>>
}

/**
 * A language of the site: its texts, and how it writes numbers, times and dates. Templates and handlers hold the English
 * texts, and what has no translation is shown in English, as the speeches always are.
 */
export class Language {
  readonly code: string
  readonly name: string
  readonly #texts: ReadonlyMap<string, string>
  /** By the digits after the point. */
  readonly #numbers: readonly Intl.NumberFormat[]
  readonly #plurals: Intl.PluralRules
  readonly #days: Intl.DateTimeFormat

  constructor({ code, name, locale, texts = {} }: LanguageDescription) {
    this.code = code
    this.name = name
    this.#texts = new Map(Object.entries(texts))
    this.#numbers = [0, 1, 2].map(
      (digits) => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
    )
    this.#plurals = new Intl.PluralRules(locale)
    this.#days = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" })
  }

  /** A text in this language, with values in the place of its `{names}`. */
  text(english: string, values: Readonly<Record<string, string | number>> = {}): string {
    const text = this.#texts.get(english) ?? english
    return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder))
  }

  /** `1 address`, `12 addresses`: a number with the text that goes with it. */
  counted(count: number, one: string, other: string): string {
    return `${this.number(count)} ${this.text(this.#plurals.select(count) === "one" ? one : other)}`
  }

  /** `12,345`, or with one or two digits after the point. */
  number(value: number, digits: 0 | 1 | 2 = 0): string {
    return (this.#numbers[digits] as Intl.NumberFormat).format(value)
  }

  /** How long so many words take to read: `24 min read`. */
  readingTime(words: number): string {
    const minutes = Math.max(1, Math.round(words / wordsPerMinute))
    return this.text("{minutes} min read", { minutes: this.number(minutes) })
  }

  /** `Thursday, November 26, 2026`, in UTC. */
  day(date: Date): string {
    return this.#days.format(date)
  }

  /** What a category is called. The names of presidents, and whatever else needs no translation, stay. */
  category(name: string): string {
    const [, decade] = /^(\d+)s$/.exec(name) ?? []
    return decade === undefined ? this.text(name) : this.text("{decade}s", { decade })
  }
}

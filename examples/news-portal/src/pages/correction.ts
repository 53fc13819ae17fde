import { createHash } from "node:crypto"
import { CacheError } from "@larder/core"
import type { Article } from "../corpus.js"
import type { Correction } from "../corrections.js"
import type { Language } from "../languages/language.js"
import { oneLine } from "../one-line.js"
import { type Handler, type Page, type Reading, seeOther } from "../page.js"
import type { Site } from "../site.js"

const limits = {
  headline: {
    shortest: 8,
    longest: 140,
    problem: "A headline has {shortest} to {longest} characters; this one has {length}.",
  },
  summary: {
    shortest: 20,
    longest: 400,
    problem: "A summary has {shortest} to {longest} characters; this one has {length}.",
  },
} as const

type Field = keyof typeof limits

/** The form with which an editor corrects what the site says above an article. */
export function correctionForm(site: Site): Handler {
  return async (visit) => {
    const article = site.corpus.article(visit.parameters.slug ?? "")
    if (article === undefined) return undefined
    const current = await currentOf(site, article)
    return formPage(site, visit, article, { correction: current, current })
  }
}

/**
 * Publishes the correction; the next visitor of any page that shows the article sees it. If somebody else has published
 * meanwhile, the form is shown again with their correction, so nobody overwrites what they have not seen.
 */
export function saveCorrection(site: Site): Handler {
  return async (visit) => {
    const { parameters, form, language } = visit
    const article = site.corpus.article(parameters.slug ?? "")
    if (article === undefined) return undefined
    const correction = { headline: oneLine(form.get("headline")), summary: oneLine(form.get("summary")) }
    const problems = problemsOf(correction, language)
    const basis = form.get("basis")
    if (Object.keys(problems).length > 0) {
      const current = await currentOf(site, article)
      return formPage(site, visit, article, { correction, current, basis, problems, status: 422 })
    }
    const publish = async (): Promise<Page> => {
      const current = await currentOf(site, article)
      if (basis !== null && basis !== revisionOf(current)) {
        return formPage(site, visit, article, { correction, current, conflict: current, status: 409 })
      }
      await site.corrections.publish(article, correction)
      return seeOther(`/article/${article.slug}`)
    }
    return site.corrections.alone(article, publish).catch((error: unknown) => {
      if (!CacheError.is(error)) throw error
      console.error(`The correction was not kept: ${error.message}`)
      return formPage(site, visit, article, { correction, current: correction, basis, unkept: true, status: 503 })
    })
  }
}

async function currentOf({ stories }: Site, article: Article): Promise<Correction> {
  const story = (await stories.of([article])).get(article.slug)
  return { headline: story?.headline ?? "", summary: story?.summary ?? "" }
}

/** A hash of headline and summary: the form carries that of the version its editor has seen. */
function revisionOf({ headline, summary }: Correction): string {
  return createHash("sha256")
    .update(JSON.stringify([headline, summary]))
    .digest("base64url")
}

/** The content of the form. */
interface FormState {
  /** The values of its fields. */
  readonly correction: Correction
  /** The current headline and summary. */
  readonly current: Correction
  /** The revision that the editor has seen. Default: the current one. */
  readonly basis?: string | null
  readonly problems?: Partial<Record<Field, string>>
  /** The correction that somebody else has published meanwhile. */
  readonly conflict?: Correction
  /** The store failed to save it. */
  readonly unkept?: boolean
  readonly status?: number
}

function formPage(
  { views }: Site,
  reading: Reading,
  { slug, year }: Article,
  { correction, current, basis, problems = {}, conflict, unkept = false, status = 200 }: FormState,
): Promise<Page> {
  const seen = basis ?? revisionOf(current)
  return views.page(
    reading,
    "correction",
    { slug, year, correction, basis: seen, problems, conflict, unkept, limits },
    status,
  )
}

function problemsOf(correction: Correction, language: Language): Partial<Record<Field, string>> {
  const problems: Partial<Record<Field, string>> = {}
  for (const field of ["headline", "summary"] as const) {
    const { shortest, longest, problem } = limits[field]
    const { length } = correction[field]
    if (length < shortest || length > longest) problems[field] = language.text(problem, { shortest, longest, length })
  }
  return problems
}

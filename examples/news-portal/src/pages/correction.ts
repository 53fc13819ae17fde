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
    const story = (await site.stories.of([article])).get(article.slug)
    const current = { headline: story?.headline ?? "", summary: story?.summary ?? "" }
    return formPage(site, visit, article, current, {})
  }
}

/** Takes the correction; the next visitor of any page that shows the article sees it. */
export function saveCorrection(site: Site): Handler {
  return async (visit) => {
    const { parameters, form, language } = visit
    const article = site.corpus.article(parameters.slug ?? "")
    if (article === undefined) return undefined
    const correction = { headline: oneLine(form.get("headline")), summary: oneLine(form.get("summary")) }
    const problems = problemsOf(correction, language)
    if (Object.keys(problems).length > 0) return formPage(site, visit, article, correction, problems)
    await site.corrections.publish(article, correction)
    return seeOther(`/article/${article.slug}`)
  }
}

function formPage(
  { views }: Site,
  reading: Reading,
  article: Article,
  correction: Correction,
  problems: Partial<Record<Field, string>>,
): Promise<Page> {
  const status = Object.keys(problems).length > 0 ? 422 : 200
  const { slug, year } = article
  return views.page(reading, "correction", { slug, year, correction, problems, limits }, status)
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

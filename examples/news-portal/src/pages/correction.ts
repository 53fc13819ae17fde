import type { Article } from "../corpus.js"
import type { Correction } from "../corrections.js"
import { type Handler, htmlPage, type Page, seeOther } from "../page.js"
import type { Site } from "../site.js"

const limits = {
  headline: { shortest: 8, longest: 140 },
  summary: { shortest: 20, longest: 400 },
} as const

type Field = keyof typeof limits

/** The form with which an editor corrects what the site says above an article. */
export function correctionForm(site: Site): Handler {
  return async ({ parameters }) => {
    const article = site.corpus.article(parameters.slug ?? "")
    if (article === undefined) return undefined
    const story = (await site.stories.of([article])).get(article.slug)
    return renderForm(site, article, { headline: story?.headline ?? "", summary: story?.summary ?? "" }, {})
  }
}

/** Takes the correction; the next visitor of any page that shows the article sees it. */
export function saveCorrection(site: Site): Handler {
  return async ({ parameters, form }) => {
    const article = site.corpus.article(parameters.slug ?? "")
    if (article === undefined) return undefined
    const correction = { headline: textOf(form, "headline"), summary: textOf(form, "summary") }
    const problems = problemsOf(correction)
    if (Object.keys(problems).length > 0) return renderForm(site, article, correction, problems)
    await site.corrections.publish(article, correction)
    return seeOther(`/article/${article.slug}`)
  }
}

async function renderForm(
  { views }: Site,
  article: Article,
  correction: Correction,
  problems: Partial<Record<Field, string>>,
): Promise<Page> {
  const status = Object.keys(problems).length > 0 ? 422 : 200
  return htmlPage(
    await views.render("correction", { slug: article.slug, year: article.year, correction, problems, limits }),
    status,
  )
}

/** One line of well-formed text. */
function textOf(form: URLSearchParams, field: Field): string {
  return (form.get(field) ?? "")
    .normalize("NFC")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
}

function problemsOf(correction: Correction): Partial<Record<Field, string>> {
  const problems: Partial<Record<Field, string>> = {}
  for (const field of ["headline", "summary"] as const) {
    const { shortest, longest } = limits[field]
    const { length } = correction[field]
    if (length < shortest || length > longest) {
      problems[field] = `A ${field} has ${shortest} to ${longest} characters; this one has ${length}.`
    }
  }
  return problems
}

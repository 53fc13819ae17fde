import type { Environment } from "nunjucks"
import nunjucks from "nunjucks"
import { FragmentError } from "./fragment-error.js"
import type { Frame } from "./nunjucks-parser.js"
import { watchTags } from "./nunjucks-waiting.js"

// Nunjucks has no types for its frames; these are the parts of 3.2 that are used here.

const { Frame: NewFrame } = nunjucks.runtime as unknown as { readonly Frame: new () => Frame & { topLevel: boolean } }

type Done = (error: unknown, html?: string | null) => void

interface Rendering {
  render(data: object | null, frame: Frame, done: Done): void
}

interface Parts {
  getTemplate(name: string, found: (error: unknown, template?: Rendering) => void): void
  render(name: string, data: object | null): unknown
  renderString(text: string, data: object | null, options: Options): unknown
}

interface Options {
  readonly path?: string
}

/** From now on, the environment throws if a page lost the output of a cache tag, or is rendered synchronously. */
export function refuseLosses(environment: Environment): void {
  const { getTemplate, render, renderString } = environment as unknown as Parts

  function renderFile(name: string, ...others: readonly unknown[]): unknown {
    const { data, callback } = takeApart(others)
    if (callback === undefined) return atOnce("render", () => render.call(environment, name, data), { template: name })
    return watched(callback, (done) => {
      getTemplate.call(environment, name, (error, template) => {
        if (template === undefined) done(error)
        else renderTemplate(template, data, done)
      })
    })
  }

  function renderText(text: string, ...others: readonly unknown[]): unknown {
    const { data, options, callback } = takeApart(others)
    if (callback === undefined) return atOnce("renderString", () => renderString.call(environment, text, data, options))
    const template = new nunjucks.Template(text, environment, options.path) as unknown as Rendering
    return watched(callback, (done) => renderTemplate(template, data, done))
  }

  Object.assign(environment, { render: renderFile, renderString: renderText })
}

/** The arguments after the name or the text; each is optional. */
function takeApart(given: readonly unknown[]): {
  readonly data: object | null
  readonly options: Options
  readonly callback: Done | undefined
} {
  const callback = given.find((one) => typeof one === "function") as Done | undefined
  const [data = null, options = {}] = given.filter((one) => typeof one !== "function") as [object?, Options?]
  return { data, options, callback }
}

/** Passes a frame, so that Nunjucks calls back as soon as the text is complete, and not a tick later. */
function renderTemplate(template: Rendering, data: object | null, done: Done): void {
  template.render(data, Object.assign(new NewFrame(), { topLevel: true }), done)
}

function watched(callback: Done, work: (done: Done) => void): void {
  watchTags((lost) => {
    work((error, html) => {
      const failure = error ?? lost() ?? null
      // In a tick of its own, as Nunjucks does.
      if (failure === null) process.nextTick(callback, null, html)
      else process.nextTick(callback, failure)
    })
  })
}

/** Without a callback, Nunjucks returns null for an asynchronous template, or what it has rendered so far. */
function atOnce(name: string, work: () => unknown, place: { readonly template?: string } = {}): unknown {
  return watchTags((lost) => {
    const html = work()
    if (html !== null && lost() === undefined) return html
    throw new FragmentError(
      `${name} of a template with a cache tag needs a callback: ${name}(…, (error, html) => …)`,
      place,
    )
  })
}

import type { Environment, Extension } from "nunjucks"
import nunjucks from "nunjucks"
import { FragmentError } from "./fragment-error.js"
import { loadedBy } from "./nunjucks-includes.js"
import { CacheTagParser, type Frame, type Nodes, type Parser } from "./nunjucks-parser.js"
import { refuseLosses } from "./nunjucks-rendering.js"
import { beginTag, watchTags } from "./nunjucks-waiting.js"
import { FragmentPlugin, type FragmentPluginOptions } from "./plugin-options.js"
import { renderTag, type TagArguments } from "./tag.js"
import { digestOf, type TemplateSource } from "./template-digest.js"

export { FragmentError } from "./fragment-error.js"
export type { FragmentPluginOptions } from "./plugin-options.js"

/** The variables of a template, as `vary` of the plugin sees them. */
export type NunjucksData = Readonly<Record<string, unknown>>

/**
 * Adds `{% cache 600, "user_stats", user.id, tags=tags %} … {% endcache %}`: a timeout, a name, and what the fragment varies
 * on, then options by name. Works in loops, conditions, blocks, includes and itself; templates that are precompiled need it
 * at that time. Variables set inside are not visible outside.
 *
 * Inside `macro`, `call`, `filter`, `switch` and the long form of `set`, Nunjucks cannot wait for a fragment: an error when
 * the template is compiled. Nor does it wait for tags in a file included, or a block filled, inside `if` and `for`: an error
 * when the environment renders it, and no enclosing fragment is stored. `ifAsync` and `asyncEach` do wait. Rendering
 * without a callback is an error too. A `Template` that is rendered without its environment detects neither.
 */
export function addCacheTag(environment: Environment, options: FragmentPluginOptions<NunjucksData>): void {
  environment.addExtension("cache", new CacheExtension(environment, options))
  refuseLosses(environment)
}

interface Context {
  readonly env: Environment
  getVariables(): NunjucksData
}

type Callback = (error: unknown, html?: unknown) => void

/** The compiled body. Its callback carries the frame of its variables, and gets its place: see `CacheTagParser`. */
type Body = (callback: BodyCallback) => void
type BodyCallback = ((error: unknown, html: string) => void) & {
  readonly frame: Frame
  place?: () => [line?: number, column?: number]
}

const { handleError } = nunjucks.runtime as unknown as {
  handleError(error: unknown, line?: number, column?: number): Error
}

class CacheExtension implements Extension {
  readonly tags: string[] = ["cache"]
  readonly #environment: Environment
  readonly #plugin: FragmentPlugin<NunjucksData>

  constructor(environment: Environment, options: FragmentPluginOptions<NunjucksData>) {
    this.#environment = environment
    this.#plugin = new FragmentPlugin(options)
  }

  parse(parser: Parser, nodes: Nodes): unknown {
    const { cache, digestsSource } = this.#plugin
    const find = loadedBy(this.#environment, parser.tokens)
    const ofSource = (fragment: TemplateSource, line: number): string => digestOf(fragment, find, { line })
    return new CacheTagParser(parser, nodes, { cache, digestOf: digestsSource ? ofSource : undefined }).parse(this)
  }

  /** Called by the compiled template. `rest`: the arguments of the tag, the body and the callback. */
  run(context: Context, frame: Frame, line: number, digest: string | null, ...rest: unknown[]): void {
    const callback = rest.pop() as Callback
    const body = rest.pop() as Body
    const place = { line }
    if (!isTopLevel(frame)) {
      throw new FragmentError("a file with a cache tag is included from a macro, which cannot wait for it", place)
    }
    const given = { ...argumentsOf(rest), digest: digest ?? undefined }
    const end = beginTag({ name: given.name, line, frame })
    const html = renderTag(this.#plugin, given, context.getVariables(), place, () => renderBody(body, frame))
    html.finally(end).then(
      (text) => goOn(callback, null, new nunjucks.runtime.SafeString(text)),
      (error: unknown) => goOn(callback, error),
    )
  }
}

/** Each run has a frame of its own, which isolates its writes. */
function renderBody(body: Body, frame: Frame): Promise<string> {
  return new Promise((resolve, reject) => {
    watchTags((lost) => {
      const callback = (error: unknown, html: string): void => {
        const failure = error ?? lost()
        if (failure) reject(failure)
        else resolve(html)
      }
      const own: BodyCallback = Object.assign(callback, { frame: frame.push(true) })
      try {
        body(own)
      } catch (error) {
        reject(handleError(error, ...(own.place?.() ?? [])))
      }
    })
  })
}

/** The callback runs the rest of the template; Nunjucks expects its caller to pass on what that throws. */
function goOn(callback: Callback, error: unknown, html?: unknown): void {
  try {
    callback(error, html)
  } catch (thrown) {
    callback(thrown)
  }
}

function argumentsOf(rest: readonly unknown[]): TagArguments {
  const values = rest.map(plain)
  const last = values.at(-1)
  const hasNamed = typeof last === "object" && last !== null && "__keywords" in last
  const { __keywords: _, ...named } = hasNamed ? (values.pop() as Record<string, unknown>) : { __keywords: true }
  const [timeout, name, ...vary] = values
  return { timeout, name, vary, named }
}

/** Converts a string that is marked as safe to a plain one. */
function plain(value: unknown): unknown {
  return value instanceof nunjucks.runtime.SafeString ? value.toString() : value
}

/** False in a macro, which has a new root frame. */
function isTopLevel(frame: Frame): boolean {
  let outermost = frame
  while (outermost.parent) outermost = outermost.parent
  return outermost.topLevel
}

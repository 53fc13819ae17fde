import { AsyncLocalStorage } from "node:async_hooks"
import { type Child, type FC, Fragment, jsx } from "hono/jsx"
import { HtmlEscapedCallbackPhase, type HtmlEscapedString, raw, resolveCallback } from "hono/utils/html"
import { obtainFragment } from "./fragment.js"
import { FragmentError } from "./fragment-error.js"
import { checkOptionNames, pluginOptionsOfMany, tagOptionsOfMany } from "./option-names.js"
import { FragmentPlugin, type FragmentPluginOptions, type OwnOptions } from "./plugin-options.js"
import { checkTimeout } from "./tag.js"

export { FragmentError } from "./fragment-error.js"
export type { FragmentPluginOptions } from "./plugin-options.js"

/** What renders in the background, when the contexts around a component are gone. */
type InBackground = "early" | "lock" | "staleFor" | "staleIfError" | "timeoutHard" | "timeoutSoft"

/** Those of a plugin that a component can have. Its `vary` is called where the component stands: it may use contexts. */
export interface HonoCacheOptions extends Omit<FragmentPluginOptions<undefined>, InBackground | "digest"> {
  /** A text that changes with the components, such as the version of the program. Default: nothing. */
  readonly digest?: string
}

/** What a component says of its fragment. */
export interface CacheProps extends Omit<OwnOptions, InBackground> {
  readonly name: string
  readonly children?: Child | Child[]
}

const propNames: ReadonlySet<string> = new Set(["timeout", "vary", ...tagOptionsOfMany, "key"])

/**
 * Makes the component `<Cache name="user_stats" timeout={600} vary={[user.id]}>…</Cache>`. Its children are not rendered at a
 * hit. Contexts around it are seen inside. A `Suspense` inside is waited for, so that what is stored is never its fallback;
 * what an `ErrorBoundary` inside shows is stored, unless it calls `uncacheable()`.
 */
export function createCache(options: HonoCacheOptions): FC<CacheProps> {
  const plugin = new FragmentPlugin(options, pluginOptionsOfMany)
  return async function Cache({ name, children, ...own }: CacheProps) {
    checkOptionNames(Object.keys(own), propNames, "a cache tag")
    if ("timeout" in own) checkTimeout(name, own.timeout)
    const all = plugin.optionsOf(own, undefined)
    const rendering = new LateRendering(children)
    const html = obtainFragment(name, all, () => rendering.ask())
    const found = await Promise.race([html, rendering.asked])
    rendering.over()
    if (found !== undefined) return raw(found)
    return jsx(async () => {
      rendering.render()
      return raw(await html)
    }, {})
  }
}

/**
 * Children that are rendered when it is known that they are needed. What renders them is a component that the one around
 * it returns, because Hono brings back the contexts of a component for what it returns, and for nothing else.
 */
class LateRendering {
  readonly asked: Promise<undefined>
  readonly #children: Child | Child[] | undefined
  readonly #html: Promise<string>
  #ask = (): void => undefined
  #give = (_html: Promise<string>): void => undefined
  #inBody: (<Result>(work: () => Result) => Result) | undefined
  #over = false

  constructor(children: Child | Child[] | undefined) {
    this.#children = children
    this.asked = new Promise((resolve) => {
      this.#ask = () => resolve(undefined)
    })
    this.#html = new Promise((resolve) => {
      this.#give = resolve
    })
  }

  /** The body of the fragment. */
  ask(): Promise<string> {
    if (this.#over) {
      throw new FragmentError(
        "<Cache> cannot render in the background: give its cache no staleFor and no early, or an alias of its own",
      )
    }
    this.#inBody = AsyncLocalStorage.snapshot()
    this.#ask()
    return this.#html
  }

  /** The component has its answer, or goes on with rendering. */
  over(): void {
    this.#over = true
  }

  render(): void {
    this.#give(this.#inBody?.(() => renderChildren(this.#children)) ?? Promise.resolve(""))
  }
}

async function renderChildren(children: Child | Child[] | undefined): Promise<string> {
  const node: { toString(): string | Promise<string> } = Fragment({ children: children as Child })
  const html = (await node.toString()) as string | HtmlEscapedString
  return String(await resolveCallback(html, HtmlEscapedCallbackPhase.Stringify, false, {}))
}

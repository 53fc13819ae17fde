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

/** Options that would render in the background, without the contexts of the component. */
type InBackground = "early" | "lock" | "staleFor" | "staleIfError" | "timeoutHard" | "timeoutSoft"

/** The options of a plugin that a component supports. `vary` is called inside the component, so it may use contexts. */
export interface HonoCacheOptions extends Omit<FragmentPluginOptions<undefined>, InBackground | "digest"> {
  /** A string that changes when the components change, such as a release id. Default: none. */
  readonly digest?: string | undefined
}

/** The props of a `<Cache>`. */
export interface CacheProps extends Omit<OwnOptions, InBackground> {
  readonly name: string
  readonly children?: Child | Child[]
}

const propNames: ReadonlySet<string> = new Set(["timeout", "vary", ...tagOptionsOfMany, "key"])

/**
 * Creates the component `<Cache name="user_stats" timeout={600} vary={[user.id]}>…</Cache>`. Its children are not rendered on
 * a hit, and see the contexts around it on a miss. A `Suspense` inside is awaited, so its fallback is never stored; the
 * output of an `ErrorBoundary` inside is stored, unless it calls `uncacheable()`.
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
 * Children that are rendered on demand. A component that `<Cache>` returns renders them, because Hono restores the contexts
 * of a component only for what it returns.
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

  /** The body of the fragment: asks for the children, and resolves to their markup. */
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

  /** Call it once the component has its markup, or begins to render. */
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

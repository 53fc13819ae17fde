import { type Timeout, toTtl } from "@larder/core"
import { obtainFragment } from "./fragment.js"
import { checkCache, type FragmentCache } from "./fragment-cache.js"
import type { TemplatePlace } from "./fragment-error.js"
import { checkName } from "./fragment-key.js"
import type { SettledOptions } from "./fragment-options.js"
import type { RenderFragment } from "./fragment-scope.js"
import { callOptions, checkOptionNames, tagOptions } from "./option-names.js"
import { placed, runBody } from "./placed-error.js"
import type { FragmentPlugin, OwnOptions } from "./plugin-options.js"

/** The evaluated arguments of a tag. */
export interface TagArguments {
  readonly timeout: unknown
  readonly name: unknown
  readonly vary: readonly unknown[]
  /** The options given by name. */
  readonly named: Readonly<Record<string, unknown>>
  /** The digest of its source, if the plugin uses one. */
  readonly digest?: string | undefined
}

/** Throws a `TypeError` for unknown options of a tag that is called as a function, and for an undefined timeout. */
export function checkCall(name: unknown, options: object): void {
  checkOptionNames(Object.keys(options), callOptions)
  if ("timeout" in options) checkTimeout(name, options.timeout)
}

/** Throws a `TypeError` for a timeout that is given but undefined, such as a missing variable. */
export function checkTimeout(name: unknown, timeout: unknown): void {
  if (timeout !== undefined) return
  throw new TypeError(`The timeout of the fragment ${JSON.stringify(name)} is undefined: does the variable exist?`)
}

/** A literal in a template; `undefined` for an expression, whose value is unknown before rendering. */
export type Written = { readonly value: unknown } | undefined

/** The arguments of a tag, as far as they are known when its template is compiled. */
export interface WrittenTag {
  /** The timeout, the name, and what the fragment varies on. */
  readonly given: readonly Written[]
  readonly named: ReadonlyMap<string, Written>
}

/** Throws a `TypeError` for a tag that is invalid whatever its variables are. */
export function checkWritten(
  { given, named }: WrittenTag,
  { cache }: { readonly cache: FragmentCache },
  { example, known = tagOptions }: { readonly example: string; readonly known?: ReadonlySet<string> },
): void {
  if (given.length < 2) throw new TypeError(`cache needs a timeout and a name: ${example}`)
  const [timeout, name] = given
  if (name !== undefined) checkName(name.value)
  if (timeout !== undefined && timeout.value !== undefined) toTtl(timeout.value as Timeout)
  checkOptionNames(named.keys(), known)
  const using = named.get("using")
  if (using !== undefined) checkCache(cache, using.value as string)
}

/** The name and options for `obtainFragment`. Throws a `TypeError` for invalid arguments. */
export function fragmentOf<Data>(
  plugin: FragmentPlugin<Data>,
  { timeout: given, name, vary, named, digest }: TagArguments,
  data: Data,
): { readonly name: string; readonly options: SettledOptions } {
  checkName(name)
  checkOptionNames(Object.keys(named), tagOptions)
  const timeout = given === undefined ? plugin.timeout : given
  checkTimeout(name, timeout)
  const own: OwnOptions = Object.assign({}, named, { timeout: timeout as Timeout, vary })
  return { name, options: plugin.optionsOf(own, data, digest) }
}

/** Obtains the fragment of a tag, in engines that render one after the other. */
export function renderTag<Data>(
  plugin: FragmentPlugin<Data>,
  given: TagArguments,
  data: Data,
  place: TemplatePlace,
  body: RenderFragment,
): Promise<string> {
  try {
    const { name, options } = fragmentOf(plugin, given, data)
    return obtainFragment(name, options, (scope) => runBody(() => body(scope)), place)
  } catch (error) {
    return Promise.reject(placed(error, place))
  }
}

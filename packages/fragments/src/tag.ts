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

/** What stands in a tag, evaluated. */
export interface TagArguments {
  readonly timeout: unknown
  readonly name: unknown
  readonly vary: readonly unknown[]
  /** The options that are named in it. */
  readonly named: Readonly<Record<string, unknown>>
  /** The digest of its template, where the plugin wants one. */
  readonly digest?: string | undefined
}

/** Throws a `TypeError` for options that a tag which is called as a function does not have, and for a timeout that is not there. */
export function checkCall(name: unknown, options: object): void {
  checkOptionNames(Object.keys(options), callOptions)
  if ("timeout" in options) checkTimeout(name, options.timeout)
}

/** Throws a `TypeError` for a timeout that is given and is undefined, as a variable that is not there. */
export function checkTimeout(name: unknown, timeout: unknown): void {
  if (timeout !== undefined) return
  throw new TypeError(`The timeout of the fragment ${JSON.stringify(name)} is undefined: does the variable exist?`)
}

/** A value that stands in a template as it is, where that is all that is known before it is rendered. */
export type Written = { readonly value: unknown } | undefined

/** What is known of a tag when its template is compiled. */
export interface WrittenTag {
  /** Timeout, name, and what the fragment varies on. */
  readonly given: readonly Written[]
  readonly named: ReadonlyMap<string, Written>
}

/** Throws a `TypeError` for a tag that cannot be right whatever its variables are. */
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

/** Name and options for `obtainFragment`. Throws a `TypeError` for what cannot be meant. */
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

/** The fragment of a tag, for engines that ask for one after the other. */
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

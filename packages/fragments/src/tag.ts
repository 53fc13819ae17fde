import type { GetOrSetOptions, Timeout } from "@larder/core"
import type { Enclosing } from "./enclosing.js"
import { fragment } from "./fragment.js"
import type { FragmentCache } from "./fragment-cache.js"
import { FragmentError, type TemplatePlace } from "./fragment-error.js"
import type { FragmentOptions } from "./fragment-options.js"
import { showValue } from "./show-value.js"

/** What a plugin is told once. What a tag says goes before it. */
export interface FragmentPluginOptions<Data = unknown> extends Omit<GetOrSetOptions, "signal" | "tags"> {
  /** A cache, or what `createCaches` made. */
  readonly cache: FragmentCache
  /** The alias to use. Default: `fragments` where there is one, else `default`. */
  readonly using?: string
  /** What every fragment depends on beside what its tag says: a language, a time zone. Gets the data of the template. */
  readonly vary?: (data: Data) => readonly unknown[]
  /** A text that changes when templates do, such as the version of the program: then no markup of before is shown. */
  readonly digest?: string
  /** The longest text that is stored, in UTF-16 units. Default: 1,048,576. */
  readonly maxLength?: number
}

/** What stands in a tag, evaluated. */
export interface TagArguments {
  readonly timeout: unknown
  readonly name: unknown
  readonly vary: readonly unknown[]
  /** The options that are named in it. */
  readonly named: Readonly<Record<string, unknown>>
}

const ofSingles = ["staleFor", "staleIfError", "early", "lock", "timeoutSoft", "timeoutHard"] as const
const ofAll = ["using", "tags", "version", "digest", "maxLength"] as const
/** What can be named in a tag. */
export const namedOptions: ReadonlySet<string> = new Set([...ofAll, ...ofSingles])
/** What can be named in a tag of an engine that asks for all fragments of a page at once. */
export const namedOptionsOfMany: ReadonlySet<string> = new Set(ofAll)

/** Throws a `TypeError` for an option that a tag does not have. */
export function checkNamed(names: Iterable<string>, known: ReadonlySet<string> = namedOptions): void {
  for (const name of names) {
    if (known.has(name)) continue
    throw new TypeError(`Unknown option ${name}; a cache tag takes ${[...known].join(", ")}`)
  }
}

/** Name and options for `fragment`. Throws a `TypeError` for what cannot be meant. */
export function fragmentOf<Data>(
  plugin: FragmentPluginOptions<Data>,
  { timeout, name, vary, named }: TagArguments,
  data: Data,
): { readonly name: string; readonly options: FragmentOptions } {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`A fragment has a name, a text that is not empty; got ${showValue(name)}`)
  }
  const { vary: common, timeout: usual, ...others } = plugin
  const { tags, ...options } = named
  checkNamed(Object.keys(named))
  const kept = timeout === undefined ? usual : timeout
  if (kept === undefined) {
    throw new TypeError(`The timeout of the fragment ${JSON.stringify(name)} is undefined: is the variable there?`)
  }
  return {
    name,
    // Properties before spreads: objects that are made the other way round are slow to read.
    options: {
      timeout: kept as Timeout,
      vary: common === undefined ? vary : [...vary, ...common(data)],
      ...others,
      ...options,
      ...(tags !== undefined && { tags: typeof tags === "string" ? [tags] : (tags as Iterable<string>) }),
    },
  }
}

/** What bodies threw: that is no fault of the tag, and goes on as it is. */
const thrownByBodies = new WeakSet<object>()

/** Runs a body and remembers its error as its own. */
export async function runBody<Result>(body: () => Result | PromiseLike<Result>): Promise<Result> {
  try {
    return await body()
  } catch (error) {
    if (typeof error === "object" && error !== null) thrownByBodies.add(error)
    throw error
  }
}

/** Says of an error where the tag stands, unless it is that of a body. */
export function placed(error: unknown, place: TemplatePlace): unknown {
  if (!(error instanceof Error) || error instanceof FragmentError || thrownByBodies.has(error)) return error
  return new FragmentError(error.message, place, { cause: error })
}

/** The fragment of a tag, for engines that ask for one after the other. */
export async function renderTag<Data>(
  plugin: FragmentPluginOptions<Data>,
  given: TagArguments,
  data: Data,
  place: TemplatePlace,
  body: (scope: Enclosing) => string | PromiseLike<string>,
): Promise<string> {
  try {
    const { name, options } = fragmentOf(plugin, given, data)
    return await fragment(name, options, (scope) => runBody(() => body(scope)))
  } catch (error) {
    throw placed(error, place)
  }
}

import type { GetOrSetOptions } from "@larder/core"
import { checkCache, type FragmentCache } from "./fragment-cache.js"
import { type FragmentOptions, listTags, type SettledOptions } from "./fragment-options.js"
import { checkOptionNames, pluginOptions } from "./option-names.js"

/** What a plugin is told once. What a tag says goes before it. */
export interface FragmentPluginOptions<Data = unknown> extends Omit<GetOrSetOptions, "signal" | "tags"> {
  /** A cache, or what `createCaches` made. */
  readonly cache: FragmentCache
  /** The alias to use. Default: `fragments` where there is one, else `default`. */
  readonly using?: string
  /** What every fragment depends on beside what its tag says: a language, a time zone. Gets the data of the template. */
  readonly vary?: (data: Data) => readonly unknown[]
  /**
   * What keeps markup of before from being shown when templates change. `true`: the source of each fragment, and of what
   * it includes, as far as the README says. Or a text that changes with them, such as the version of the program.
   * Default: nothing.
   */
  readonly digest?: string | boolean
  /** The longest text that is stored, in UTF-16 units. Default: 1,048,576. */
  readonly maxLength?: number
}

/** What a fragment says of itself. */
export type OwnOptions = Omit<FragmentOptions, "cache">

/** The options of a plugin, taken apart once, so that a tag at a hit has little to do. */
export class FragmentPlugin<Data> {
  readonly cache: FragmentCache
  /** Whether the source of fragments counts in their keys. */
  readonly digestsSource: boolean
  readonly timeout: FragmentPluginOptions["timeout"]
  readonly #vary: FragmentPluginOptions<Data>["vary"]
  readonly #digest: string | undefined
  readonly #usual: Pick<FragmentOptions, "cache">

  /**
   * `known` are the names of the options that the engine can have. Throws a `TypeError` for another one and for what is no
   * cache, and an `UnknownAliasError` for an alias that does not exist.
   */
  constructor(options: FragmentPluginOptions<Data>, known: ReadonlySet<string> = pluginOptions) {
    checkOptionNames(Object.keys(options), known, "the plugin")
    const { vary, digest, ...usual } = options
    checkCache(usual.cache, usual.using)
    this.digestsSource = digest === true
    this.cache = usual.cache
    this.timeout = usual.timeout
    this.#vary = vary
    // What is no text is refused with the key: `true` too, where no source is known.
    this.#digest = digest === false ? undefined : (digest as string | undefined)
    this.#usual = usual
  }

  /** The options of one fragment. `ofSource` is the digest of its source, where that counts. */
  optionsOf(own: OwnOptions, data: Data, ofSource?: string | undefined): SettledOptions {
    const { vary, tags, digest = ofSource ?? this.#digest } = own
    const common = this.#vary
    const all = common === undefined ? vary : [...(vary ?? []), ...common(data)]
    const list = listTags(typeof tags === "string" ? [tags] : tags)
    // A spread before properties would make an object that is slow to read.
    return Object.assign({}, this.#usual, own, { vary: all, digest, tags: list })
  }
}

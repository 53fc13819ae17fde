import type { GetOrSetOptions } from "@larder/core"
import { checkCache, type FragmentCache } from "./fragment-cache.js"
import { type FragmentOptions, listTags, type SettledOptions } from "./fragment-options.js"
import { checkOptionNames, checkOptions, pluginOptions } from "./option-names.js"

/** The options of a plugin. Those of a tag take precedence. */
export interface FragmentPluginOptions<Data = unknown> extends Omit<GetOrSetOptions, "signal" | "tags"> {
  /** A cache, or what `createCaches` returned. */
  readonly cache: FragmentCache
  /** The alias to use. Default: `fragments` if it exists, else `default`. */
  readonly using?: string | undefined
  /** What every fragment also depends on, such as a language or a time zone; a function of the template data. */
  readonly vary?: ((data: Data) => readonly unknown[]) | undefined
  /**
   * Invalidates markup of old templates. `true`: the key depends on the source of the fragment and of its includes, with
   * the limits that the README lists. A string: changes when templates change, such as a release id. Default: none.
   */
  readonly digest?: string | boolean | undefined
  /** The longest output that is stored, in UTF-16 units. Default: 1,048,576. */
  readonly maxLength?: number | undefined
}

/** The options of one fragment. */
export type OwnOptions = Omit<FragmentOptions, "cache">

/** The options of a plugin, prepared once, so that a hit is cheap. */
export class FragmentPlugin<Data> {
  readonly cache: FragmentCache
  /** Whether keys depend on the source of fragments. */
  readonly digestsSource: boolean
  readonly timeout: FragmentPluginOptions["timeout"]
  readonly #vary: FragmentPluginOptions<Data>["vary"]
  readonly #digest: string | undefined
  readonly #usual: Pick<FragmentOptions, "cache">

  /**
   * `known`: the options that the engine supports. Throws a `TypeError` for others and for an invalid `cache`, and an
   * `UnknownAliasError` if the alias does not exist.
   */
  constructor(options: FragmentPluginOptions<Data>, known: ReadonlySet<string> = pluginOptions) {
    checkOptions(options)
    checkOptionNames(Object.keys(options), known, "the plugin")
    const { vary, digest, ...usual } = options
    checkCache(usual.cache, usual.using)
    this.digestsSource = digest === true
    this.cache = usual.cache
    this.timeout = usual.timeout
    this.#vary = vary
    // Anything but a string is rejected with the key, and so is `true` in an engine that knows no source.
    this.#digest = digest === false ? undefined : (digest as string | undefined)
    this.#usual = usual
  }

  /** The options of one fragment. `ofSource`: the digest of its source, if that is used. */
  optionsOf(own: OwnOptions, data: Data, ofSource?: string | undefined): SettledOptions {
    const { vary, tags, digest = ofSource ?? this.#digest } = own
    const common = this.#vary
    const all = common === undefined ? vary : [...(vary ?? []), ...common(data)]
    const list = listTags(typeof tags === "string" ? [tags] : tags)
    // A spread before properties creates an object that is slow to read.
    return Object.assign({}, this.#usual, own, { vary: all, digest, tags: list })
  }
}

/** Options of `getOrSet` that need a single fragment, which can be rendered again by itself. */
const ofSingles = ["staleFor", "staleIfError", "early", "lock", "timeoutSoft", "timeoutHard"]
const ofTags = ["using", "tags", "version", "digest", "maxLength"]
const ofPlugins = ["cache", "using", "timeout", "vary", "version", "digest", "maxLength"]

/** What a tag can name, in an engine that asks for one fragment after the other. */
export const tagOptions: ReadonlySet<string> = new Set([...ofTags, ...ofSingles])
/** What a tag can name, in an engine that asks for all fragments of a page at once. */
export const tagOptionsOfMany: ReadonlySet<string> = new Set(ofTags)
/** What a tag that is called as a function can name. */
export const callOptions: ReadonlySet<string> = new Set(["timeout", "vary", ...tagOptions])
/** What a plugin can be given. */
export const pluginOptions: ReadonlySet<string> = new Set([...ofPlugins, ...ofSingles])
/** What a plugin can be given, for an engine that asks for all fragments of a page at once. */
export const pluginOptionsOfMany: ReadonlySet<string> = new Set(ofPlugins)

/** Throws a `TypeError` for a name that is not among `known`, which are those of `whom`. */
export function checkOptionNames(names: Iterable<string>, known: ReadonlySet<string>, whom = "a cache tag"): void {
  for (const name of names) {
    if (known.has(name)) continue
    throw new TypeError(`Unknown option ${name}; ${whom} takes ${[...known].join(", ")}`)
  }
}

import { showValue } from "./show-value.js"

/** Options of `getOrSet` that need a fragment that can be rendered on its own. */
const ofSingles = ["staleFor", "staleIfError", "early", "lock", "timeoutSoft", "timeoutHard"]
const ofTags = ["using", "tags", "version", "digest", "maxLength"]
const ofPlugins = ["cache", "using", "timeout", "vary", "version", "digest", "maxLength"]

/** The options of a tag, in engines that render one fragment after the other. */
export const tagOptions: ReadonlySet<string> = new Set([...ofTags, ...ofSingles])
/** The options of a tag, in engines that read all fragments of a page at once. */
export const tagOptionsOfMany: ReadonlySet<string> = new Set(ofTags)
/** The options of a tag that is called as a function. */
export const callOptions: ReadonlySet<string> = new Set(["timeout", "vary", ...tagOptions])
/** The options of a plugin. */
export const pluginOptions: ReadonlySet<string> = new Set([...ofPlugins, ...ofSingles])
/** The options of a plugin, in engines that read all fragments of a page at once. */
export const pluginOptionsOfMany: ReadonlySet<string> = new Set(ofPlugins)

/** Throws a `TypeError` if options are not an object. */
export function checkOptions(options: unknown): void {
  if (typeof options === "object" && options !== null) return
  throw new TypeError(`options must be an object with a cache; got ${showValue(options)}`)
}

/** Throws a `TypeError` for a name that is not in `known`, the options of `whom`. */
export function checkOptionNames(names: Iterable<string>, known: ReadonlySet<string>, whom = "a cache tag"): void {
  for (const name of names) {
    if (known.has(name)) continue
    throw new TypeError(`Unknown option ${name}; ${whom} takes ${[...known].join(", ")}`)
  }
}

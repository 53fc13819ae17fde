import type { Environment } from "nunjucks"
import { blockTags, type Token, type Tokenizer } from "./nunjucks-blocks.js"
import { type FindIncluded, fragmentId } from "./template-digest.js"

// Nunjucks documents no types for its loaders; these are the parts that are used of 3.2.

interface Loader {
  readonly async?: boolean
  getSource(name: string): { readonly src: unknown; readonly path: string } | null | undefined
  isRelative?(name: string): boolean
}

interface Loading {
  readonly loaders: readonly Loader[]
  resolveTemplate(loader: Loader, parent: string, name: string): string
}

const including: ReadonlySet<string> = new Set(["include", "extends", "import", "from"])
const importing: ReadonlySet<string> = new Set(["import", "from"])
/** What follows the name of a template that is written as it is. */
const afterName: ReadonlySet<string> = new Set(["ignore", "as", "import"])

/** The templates that a text includes, extends or imports; `undefined` for a name that is computed. */
export function includesOf(tokens: Tokenizer, text: string): (string | undefined)[] {
  return namesAfter(including, blockTags(tokens, text))
}

/** Those whose macros were imported before the place that the tokenizer has come to. */
export function importsBefore(tokens: Tokenizer): (string | undefined)[] {
  return namesAfter(importing, blockTags(tokens, tokens.str, tokens.index))
}

function namesAfter(words: ReadonlySet<string>, tags: Iterable<readonly Token[]>): (string | undefined)[] {
  return [...tags].flatMap(([first, name, next]) => {
    if (first === undefined || !words.has(first.value)) return []
    return [name?.type === "string" && (next === undefined || afterName.has(next.value)) ? name.value : undefined]
  })
}

/** Finds templates as the environment does. Loaders that have to be waited for it cannot ask. */
export function loadedBy(environment: Environment, tokens: Tokenizer): FindIncluded {
  const loading = environment as Environment & Loading
  return (name, from) => {
    for (const loader of loading.loaders) {
      // A fragment does not know the path of its template.
      if (loader.async === true || (from.id === fragmentId && loader.isRelative?.(name))) return "unknown"
      const found = loader.getSource(loading.resolveTemplate(loader, from.id, name))
      if (!found) continue
      const { src, path } = found
      return typeof src === "string" ? { id: path, text: src, includes: includesOf(tokens, src) } : "unknown"
    }
    return "missing"
  }
}

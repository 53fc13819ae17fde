import type { Environment } from "nunjucks"
import { blockTags, type Token, type Tokenizer } from "./nunjucks-blocks.js"
import { type FindIncluded, fragmentId } from "./template-digest.js"

// Nunjucks has no types for its loaders; these are the parts of 3.2 that are used here.

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
/** What may follow a literal template name. */
const afterName: ReadonlySet<string> = new Set(["ignore", "as", "import"])

/** The templates that a text includes, extends or imports; `undefined` for a computed name. */
export function includesOf(tokens: Tokenizer, text: string): (string | undefined)[] {
  return namesAfter(including, blockTags(tokens, text))
}

/** The templates imported before the current place of the tokenizer. */
export function importsBefore(tokens: Tokenizer): (string | undefined)[] {
  return namesAfter(importing, blockTags(tokens, tokens.str, tokens.index))
}

function namesAfter(words: ReadonlySet<string>, tags: Iterable<readonly Token[]>): (string | undefined)[] {
  return [...tags].flatMap(([first, name, next]) => {
    if (first === undefined || !words.has(first.value)) return []
    return [name?.type === "string" && (next === undefined || afterName.has(next.value)) ? name.value : undefined]
  })
}

/** Finds templates as the environment does, except with asynchronous loaders. */
export function loadedBy(environment: Environment, tokens: Tokenizer): FindIncluded {
  const loading = environment as Environment & Loading
  return (name, from) => {
    for (const loader of loading.loaders) {
      // The path of the template of a fragment is unknown.
      if (loader.async === true || (from.id === fragmentId && loader.isRelative?.(name))) return "unknown"
      const found = loader.getSource(loading.resolveTemplate(loader, from.id, name))
      if (!found) continue
      const { src, path } = found
      return typeof src === "string" ? { id: path, text: src, includes: includesOf(tokens, src) } : "unknown"
    }
    return "missing"
  }
}

import type { EtaConfig } from "eta"
import { FragmentError, type TemplatePlace } from "./fragment-error.js"

type Plugin = EtaConfig["plugins"][number]
type Tree = Parameters<NonNullable<Plugin["processAST"]>>[0]

/** The template that is being compiled. */
interface Compilation {
  readonly text: string
  readonly template: string | undefined
  readonly async: boolean
}

const opening = /^cache\s*\(([\s\S]*)\)\s*;?$/
const closing = /^endcache\s*;?$/
const likeOpening = /^(?:await\s+)?cache\s*\(/

/** Turns the cache tags of templates into JavaScript that waits for them. */
export class CacheTags {
  readonly #config: EtaConfig
  #compilation: Compilation | undefined

  constructor(config: EtaConfig) {
    this.#config = config
  }

  /** Compiles a template, whose tags are then known to be its own. */
  during(compilation: Compilation, compile: () => string): string {
    const outer = this.#compilation
    this.#compilation = compilation
    try {
      return compile()
    } finally {
      this.#compilation = outer
    }
  }

  /** Throws a `FragmentError` for tags without an end or a beginning, and for a template that cannot wait. */
  replace(tree: Tree): Tree {
    const places = this.#places()
    const open: TemplatePlace[] = []
    const replaced = tree.map((node) => {
      if (typeof node === "string" || node.t !== "e") return node
      const code = node.val.trim()
      if (closing.test(code)) {
        if (open.pop() === undefined) throw new FragmentError("endcache without cache", this.#place())
        return { ...node, val: "}})" }
      }
      if (!likeOpening.test(code)) return node
      const place = places.shift() ?? this.#place()
      const given = opening.exec(code)?.[1]
      if (given === undefined) {
        throw new FragmentError(
          'cache is written <% cache("user_stats", { timeout: 600 }) %> … <% endcache %>, without a function',
          place,
        )
      }
      if (given.trim() === "")
        throw new FragmentError('cache needs a name: <% cache("user_stats", { timeout: 600 }) %>', place)
      if (this.#compilation?.async === false) {
        throw new FragmentError("cache needs a template that can wait: use renderAsync, and includeAsync inside", place)
      }
      open.push(place)
      return { ...node, val: this.#begin(given, place) }
    })
    const unclosed = open.pop()
    if (unclosed !== undefined) throw new FragmentError("this cache has no <% endcache %>", unclosed)
    return replaced
  }

  #begin(given: string, place: TemplatePlace): string {
    const { outputFunctionName: output, varName } = this.#config
    // Inside, the name of the buffer is that of the body's own: parameters hide what is outside.
    return (
      `await this.larderFragment({place:${JSON.stringify(place)},outer:__eta,data:${varName},given:[${given}],` +
      `body:async({buffer:__eta,output:${output},capture,captureAsync,block,blockAsync,layout})=>{`
    )
  }

  #place(): TemplatePlace {
    return { template: this.#compilation?.template }
  }

  /** Where the tags stand, in their order: the tree does not say. */
  #places(): TemplatePlace[] {
    const text = this.#compilation?.text ?? ""
    const start = this.#config.tags[0].replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
    const tag = new RegExp(`${start}[-_]?\\s*(?:await\\s+)?cache\\s*\\(`, "g")
    return [...text.matchAll(tag)].map(({ index }) => ({
      ...this.#place(),
      line: text.slice(0, index).split("\n").length,
    }))
  }
}

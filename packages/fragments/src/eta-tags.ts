import type { EtaConfig } from "eta"
import { FragmentError, type TemplatePlace } from "./fragment-error.js"
import { includeCalls } from "./include-calls.js"
import { digestOf, type FindIncluded, fragmentId } from "./template-digest.js"

type Plugin = EtaConfig["plugins"][number]
type Tree = Parameters<NonNullable<Plugin["processAST"]>>[0]
type Tag = Exclude<Tree[number], string>

/** The template that is being compiled. */
interface Compilation {
  readonly text: string
  readonly template: string | undefined
  readonly async: boolean
  /** Absent: the source is not part of the digest. */
  readonly find: FindIncluded | undefined
}

/** A tag that has not been closed yet. */
interface OpenTag {
  readonly index: number
  readonly node: Tag
  readonly given: string
  readonly place: TemplatePlace
}

const example = '<% cache("user_stats", { timeout: 600 }) %>'
const opening = /^cache\s*\(([\s\S]*)\)\s*;?$/
const closing = /^endcache\s*;?$/
const likeOpening = /^(?:await\s+)?cache\s*\(/

/** Compiles cache tags to JavaScript that awaits them. */
export class CacheTags {
  readonly #config: EtaConfig
  #compilation: Compilation | undefined

  constructor(config: EtaConfig) {
    this.#config = config
  }

  /** Compiles a template, and attributes its tags to it. */
  during(compilation: Compilation, compile: () => string): string {
    const outer = this.#compilation
    this.#compilation = compilation
    try {
      return compile()
    } finally {
      this.#compilation = outer
    }
  }

  /** Throws a `FragmentError` for unbalanced tags, and for a synchronous template. */
  replace(tree: Tree): Tree {
    const places = this.#places("(?:await\\s+)?cache\\s*\\(")
    const ends = this.#places("endcache\\b")
    const open: OpenTag[] = []
    const replaced = [...tree]
    let hasTags = false
    for (const [index, node] of tree.entries()) {
      if (typeof node === "string" || node.t !== "e") continue
      const code = node.val.trim()
      if (closing.test(code)) {
        const place = ends.shift() ?? this.#place()
        const tag = open.pop()
        if (tag === undefined) {
          throw new FragmentError(`endcache without cache, which stands in a tag of its own: ${example}`, place)
        }
        replaced[tag.index] = { ...tag.node, val: this.#begin(tag, tree.slice(tag.index + 1, index)) }
        replaced[index] = { ...node, val: "}})" }
        hasTags = true
      } else if (likeOpening.test(code)) {
        const place = places.shift() ?? this.#place()
        open.push({ index, node, place, given: this.#given(code, place) })
      }
    }
    const unclosed = open.pop()
    if (unclosed !== undefined) throw new FragmentError("cache without <% endcache %>", unclosed.place)
    // At the end of the template, every tag must have written its output.
    if (hasTags) replaced.push({ t: "e", val: "this.larderEnd(__eta)" })
    return replaced
  }

  /** The arguments, as source. */
  #given(code: string, place: TemplatePlace): string {
    const given = opening.exec(code)?.[1]
    if (given === undefined) {
      throw new FragmentError(`cache is written ${example} … <% endcache %>, without a function`, place)
    }
    if (given.trim() === "") throw new FragmentError(`cache needs a name: ${example}`, place)
    if (this.#compilation?.async === false) {
      throw new FragmentError("cache needs an asynchronous render: use renderAsync, and includeAsync inside", place)
    }
    return given
  }

  #begin({ given, place }: OpenTag, body: Tree): string {
    const { outputFunctionName: output, varName } = this.#config
    const digest = this.#digest(body, place)
    // The parameters shadow the buffer and the functions of the template.
    return (
      `await this.larderFragment({place:${JSON.stringify(place)},digest:${JSON.stringify(digest)},outer:__eta,` +
      `data:${varName},given:[${given}],` +
      `body:async({buffer:__eta,output:${output},capture,captureAsync,block,blockAsync,layout})=>{`
    )
  }

  /** The digest of the text and the code of a body, without the line numbers that `debug` adds. */
  #digest(body: Tree, place: TemplatePlace): string | undefined {
    const find = this.#compilation?.find
    if (find === undefined) return undefined
    const text = JSON.stringify(body.map((node) => (typeof node === "string" ? node : [node.t, node.val.trim()])))
    const includes = body.flatMap((node) => (typeof node === "string" ? [] : includeCalls(node.val)))
    return digestOf({ id: fragmentId, text, includes }, find, place)
  }

  #place(): TemplatePlace {
    return { template: this.#compilation?.template }
  }

  /** The places of the tags that begin so, in order: the tree does not contain them. */
  #places(beginning: string): TemplatePlace[] {
    const text = this.#compilation?.text ?? ""
    const start = this.#config.tags[0].replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
    const tag = new RegExp(`${start}[-_]?\\s*${beginning}`, "g")
    return [...text.matchAll(tag)].map(({ index }) => ({
      ...this.#place(),
      line: text.slice(0, index).split("\n").length,
    }))
  }
}

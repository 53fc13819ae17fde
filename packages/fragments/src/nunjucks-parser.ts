import { elseOfLoop, openBlocks, type Token, type Tokenizer } from "./nunjucks-blocks.js"
import { importsBefore, includesOf } from "./nunjucks-includes.js"
import type { FragmentPluginOptions } from "./plugin-options.js"
import { checkWritten, type Written } from "./tag.js"
import { fragmentId, type TemplateSource } from "./template-digest.js"

// Nunjucks has no types for its parser; these are the parts of 3.2 that are used here.

/** A node of the syntax tree. */
export interface Node {
  readonly lineno: number
  readonly colno: number
  readonly value?: unknown
  readonly children?: readonly Node[]
  readonly key?: Node
  readonly targets?: readonly Node[] | null
  findAll(type: unknown): Node[]
}

type NodeClass = new (line: number, column: number, ...rest: unknown[]) => Node

export interface Nodes {
  readonly CallExtensionAsync: new (extension: unknown, method: string, given: unknown, content: unknown[]) => Node
  readonly Caller: NodeClass
  readonly Extends: NodeClass
  readonly FromImport: NodeClass
  readonly Import: NodeClass
  readonly KeywordArgs: NodeClass
  readonly Literal: NodeClass
  readonly Macro: NodeClass
  readonly NodeList: NodeClass
  readonly Output: NodeClass
  readonly Set: NodeClass
  readonly TemplateData: NodeClass
}

export interface Parser {
  readonly tokens: Tokenizer
  nextToken(): Token
  peekToken(): Token | null
  parseSignature(tolerant: boolean | null, noParentheses: boolean): Node
  parseUntilBlocks(...names: string[]): Node
  advanceAfterBlockEnd(name?: string): unknown
  fail(message: string, line?: number, column?: number): never
}

/** The variables of a template, one for each scope. */
export interface Frame {
  readonly parent: Frame | undefined
  readonly variables: Readonly<Record<string, unknown>>
  readonly topLevel: boolean
  push(isolateWrites: boolean): Frame
}

/** Blocks that Nunjucks renders synchronously: the output of a cache tag inside would be lost. */
const atOnce: Readonly<Record<string, string>> = {
  macro: "put cache around the call of the macro",
  call: "put cache around the whole {% call %}",
  filter: "filter the values inside instead, or put cache around the whole {% filter %}",
  set: "put cache around where the variable is printed",
  switch: "write it with {% if %}, or put cache around the whole {% switch %}",
  [elseOfLoop]: "ask {% if %} for the length of the list instead",
}

const example = '{% cache 600, "user_stats", user.id %}'

/** The options of the plugin that the parser needs. */
export interface TagParserOptions extends Pick<FragmentPluginOptions, "cache"> {
  /** Absent: the source is not part of the digest. */
  readonly digestOf?: ((fragment: TemplateSource, line: number) => string) | undefined
}

/** Parses one cache tag. Errors are thrown by the parser of Nunjucks, which adds the path of the template. */
export class CacheTagParser {
  readonly #parser: Parser
  readonly #nodes: Nodes
  readonly #plugin: TagParserOptions

  constructor(parser: Parser, nodes: Nodes, plugin: TagParserOptions) {
    this.#parser = parser
    this.#nodes = nodes
    this.#plugin = plugin
  }

  /** Returns a call of the extension's `run` with frame, line, digest, the arguments of the tag, and the body. */
  parse(extension: object): Node {
    const parser = this.#parser
    const { tokens } = parser
    const tag = parser.nextToken()
    const open = openBlocks(tokens, atOnce)
    for (const { name } of open) {
      const instead = atOnce[name]
      if (instead !== undefined) this.#fail(`cache inside {% ${name} %} would lose what it renders; ${instead}`, tag)
    }
    const given = parser.parseSignature(null, true).children ?? []
    this.#checkArguments(given, tag)
    parser.advanceAfterBlockEnd(tag.value)
    const begin = tokens.index
    const body = parser.parseUntilBlocks("endcache")
    if (parser.peekToken() === null) this.#fail("cache without {% endcache %}", tag)
    const text = tokens.str.slice(begin, tokens.index)
    parser.advanceAfterBlockEnd()
    this.#checkBody(body, new Set(open.flatMap(({ variables }) => variables)))
    const { CallExtensionAsync, Literal, NodeList } = this.#nodes
    const { lineno, colno } = tag
    const literal = (value: unknown): Node => new Literal(lineno, colno, value)
    const all = [literal(code("frame")), literal(lineno + 1), literal(this.#digest(text, lineno + 1)), ...given]
    return new CallExtensionAsync(extension, "run", new NodeList(lineno, colno, all), [this.#isolated(body, tag)])
  }

  #checkArguments(children: readonly Node[], tag: Token): void {
    const { KeywordArgs, Literal } = this.#nodes
    const written = (node: Node | undefined): Written =>
      node?.constructor === Literal ? { value: node.value } : undefined
    const given = children.filter((child) => child.constructor !== KeywordArgs).map(written)
    const named = children
      .filter((child) => child.constructor === KeywordArgs)
      .flatMap((child) => child.children ?? [])
      .map(({ key, value }) => [String(key?.value), written(value as Node)] as const)
    try {
      checkWritten({ given, named: new Map(named) }, this.#plugin, { example })
    } catch (error) {
      this.#fail((error as Error).message, tag)
    }
  }

  /** `null` if the plugin uses none. */
  #digest(text: string, line: number): string | null {
    const { tokens } = this.#parser
    return (
      this.#plugin.digestOf?.(
        {
          id: fragmentId,
          text,
          includes: [...includesOf(tokens, text), ...importsBefore(tokens)],
        },
        line,
      ) ?? null
    )
  }

  /** Rejects what would be visible outside in spite of the frame, because Nunjucks compiles it to JavaScript variables. */
  #checkBody(body: Node, loopVariables: ReadonlySet<string>): void {
    const { Caller, Extends, FromImport, Import, Macro, Set: Assignment } = this.#nodes
    const imported = [...body.findAll(Import), ...body.findAll(FromImport)][0]
    if (imported !== undefined)
      this.#fail("import inside cache would be seen outside; move it before {% cache %}", imported)
    const extended = body.findAll(Extends)[0]
    if (extended !== undefined)
      this.#fail(
        "extends inside cache would be lost when the cached text is used; move it before {% cache %}",
        extended,
      )
    // The body of {% call %} is a macro too, but not visible outside.
    const macro = body.findAll(Macro).find((node) => !(node instanceof Caller))
    if (macro !== undefined) this.#fail("macro inside cache would be seen outside; move it before {% cache %}", macro)
    for (const assignment of body.findAll(Assignment)) {
      const taken = assignment.targets?.find(({ value }) => loopVariables.has(String(value)))
      if (taken === undefined) continue
      this.#fail(
        `set of ${String(taken.value)} inside cache would change the loop outside; choose another name`,
        assignment,
      )
    }
  }

  /**
   * Gives the body a frame and a place of its own. Compiled code refers to its variables by the name `frame`, which is
   * declared inside here, with the frame that the callback carries. So background and concurrent runs do not share
   * variables. It records the place of each call in `lineno` and `colno`, which the callback makes known.
   */
  #isolated(body: Node, tag: Token): Node {
    const { NodeList, Output, TemplateData } = this.#nodes
    const { lineno, colno } = tag
    const first = new Output(lineno, colno, [new TemplateData(lineno, colno, code(bodyStart))])
    return new NodeList(lineno, colno, [first, ...(body.children ?? [])])
  }

  #fail(message: string, { lineno, colno }: Pick<Node, "lineno" | "colno">): never {
    return this.#parser.fail(message, lineno, colno)
  }
}

const bodyStart = '"";var frame = cb.frame, lineno, colno; cb.place = function() { return [lineno, colno]; }'

/** Code that the compiler emits unchanged: it calls `toString` on every literal that is not a string. */
function code(text: string): { toString(): string } {
  return { toString: () => text }
}

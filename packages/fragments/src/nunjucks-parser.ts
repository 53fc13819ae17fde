import { checkNamed } from "./tag.js"

// Nunjucks documents no types for what a tag's parser is given; these are the parts that are used of 3.2.

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

interface Token {
  readonly type: string
  readonly value: string
  readonly lineno: number
  readonly colno: number
}

interface Tokenizer {
  readonly str: string
  index: number
  nextToken(): Token | null
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
  readonly topLevel: boolean
  push(isolateWrites: boolean): Frame
}

/** Blocks whose content Nunjucks runs at once and to its end: what a cache tag in them brings later would be lost. */
const atOnce: Readonly<Record<string, string>> = {
  macro: "put cache around the call of the macro",
  call: "put cache around the whole {% call %}",
  filter: "filter the values inside instead, or put cache around the whole {% filter %}",
  set: "put cache around where the variable is printed",
  switch: "write it with {% if %}, or put cache around the whole {% switch %}",
}

/** A block that is open where a cache tag stands. */
interface OpenBlock {
  readonly name: string
  /** What a loop calls its items. */
  readonly variables: readonly string[]
}

/** Parses one cache tag. All errors are those of the parser: Nunjucks adds the path of the template. */
export class CacheTagParser {
  readonly #parser: Parser
  readonly #nodes: Nodes

  constructor(parser: Parser, nodes: Nodes) {
    this.#parser = parser
    this.#nodes = nodes
  }

  parse(extension: object): Node {
    const parser = this.#parser
    const tag = parser.nextToken()
    const open = openBlocks(parser.tokens)
    for (const { name } of open) {
      const instead = atOnce[name]
      if (instead !== undefined) this.#fail(`cache inside {% ${name} %} would lose what it renders; ${instead}`, tag)
    }
    const given = parser.parseSignature(null, true)
    this.#checkArguments(given, tag)
    parser.advanceAfterBlockEnd(tag.value)
    const body = parser.parseUntilBlocks("endcache")
    if (parser.peekToken() === null) this.#fail("this cache has no {% endcache %}", tag)
    parser.advanceAfterBlockEnd()
    this.#checkBody(body, new Set(open.flatMap(({ variables }) => variables)))
    const { CallExtensionAsync, Literal, NodeList } = this.#nodes
    const { lineno, colno } = tag
    const all = [this.#code("frame", tag), new Literal(lineno, colno, lineno + 1), ...(given.children ?? [])]
    return new CallExtensionAsync(extension, "run", new NodeList(lineno, colno, all), [this.#isolated(body, tag)])
  }

  #checkArguments({ children = [] }: Node, tag: Token): void {
    const { KeywordArgs, Literal } = this.#nodes
    const given = children.filter((child) => child.constructor !== KeywordArgs)
    const [, name] = given
    if (name === undefined) {
      this.#fail('cache needs a timeout and a name: {% cache 600, "user_stats", user.id %}', tag)
    } else if (name.constructor === Literal && (typeof name.value !== "string" || name.value === "")) {
      this.#fail(`A fragment has a name, a text that is not empty; got ${JSON.stringify(name.value)}`, tag)
    }
    const named = children.filter((child) => child.constructor === KeywordArgs).flatMap((child) => child.children ?? [])
    try {
      checkNamed(named.map(({ key }) => String(key?.value)))
    } catch (error) {
      this.#fail((error as Error).message, tag)
    }
  }

  /** What reaches out of the body whatever frame it has: Nunjucks makes JavaScript variables of it. */
  #checkBody(body: Node, loopVariables: ReadonlySet<string>): void {
    const { FromImport, Import, Macro, Set: Assignment } = this.#nodes
    const imported = [...body.findAll(Import), ...body.findAll(FromImport)][0]
    if (imported !== undefined)
      this.#fail("import inside cache would be seen outside; move it before {% cache %}", imported)
    const macro = body.findAll(Macro)[0]
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
   * The body with a frame of its own. Its compiled function finds its variables by the name `frame`, which here comes to be
   * a variable inside of it that holds what its callback carries. So a run in the background, or two at once, do not meet.
   */
  #isolated(body: Node, tag: Token): Node {
    const { NodeList, Output, TemplateData } = this.#nodes
    const { lineno, colno } = tag
    const first = new Output(lineno, colno, [new TemplateData(lineno, colno, code('"";var frame = cb.frame'))])
    return new NodeList(lineno, colno, [first, ...(body.children ?? [])])
  }

  #code(text: string, { lineno, colno }: Token): Node {
    return new this.#nodes.Literal(lineno, colno, code(text))
  }

  #fail(message: string, { lineno, colno }: Pick<Node, "lineno" | "colno">): never {
    return this.#parser.fail(message, lineno, colno)
  }
}

/** What the compiler writes down as it is: it asks every literal but a text for its `toString`. */
function code(text: string): { toString(): string } {
  return { toString: () => text }
}

/** The blocks that are open at the place that the tokenizer has come to. */
function openBlocks(tokens: Tokenizer): OpenBlock[] {
  const open: OpenBlock[] = []
  const again = tokenizerOf(tokens)
  for (let token = again.nextToken(); token !== null && again.index <= tokens.index; token = again.nextToken()) {
    if (token.type !== "block-start") continue
    const words = wordsOf(again)
    const [name = ""] = words
    if (name === "raw" || name === "verbatim") skipRaw(again, name)
    else if (name.startsWith("end")) close(open, name.slice("end".length))
    else if (name === "set" ? !words.includes("=") : name in atOnce || name in loops) {
      open.push({ name, variables: name in loops ? words.slice(1, words.indexOf("in")) : [] })
    }
  }
  return open
}

const loops: Readonly<Record<string, true>> = { for: true, asyncEach: true, asyncAll: true }

/** What has not come to its end is no mistake of this tag: Nunjucks finds it. */
function close(open: OpenBlock[], name: string): void {
  const place = open.findLastIndex(
    (block) => block.name === (name === "each" ? "asyncEach" : name === "all" ? "asyncAll" : name),
  )
  if (place >= 0) open.length = place
}

/** A tokenizer of the same template with the same delimiters, at its beginning. */
function tokenizerOf(tokens: Tokenizer): Tokenizer {
  const again: Tokenizer = Object.create(Object.getPrototypeOf(tokens))
  return Object.assign(again, tokens, { index: 0, lineno: 0, colno: 0, in_code: false })
}

/** The words of a block, up to its end. */
function wordsOf(tokens: Tokenizer): string[] {
  const words: string[] = []
  for (let token = tokens.nextToken(); token !== null && token.type !== "block-end"; token = tokens.nextToken()) {
    if (token.type !== "whitespace" && token.type !== "comma") words.push(token.value)
  }
  return words
}

function skipRaw(tokens: Tokenizer, name: string): void {
  const end = tokens.str.slice(tokens.index).search(new RegExp(`\\bend${name}\\b`))
  tokens.index = end < 0 ? tokens.str.length : tokens.index + end
}

// Nunjucks has no types for its tokenizer; these are the parts of 3.2 that are used here.

export interface Token {
  readonly type: string
  readonly value: string
  readonly lineno: number
  readonly colno: number
}

export interface Tokenizer {
  readonly str: string
  index: number
  nextToken(): Token | null
}

/** A block that is open at a place in a template. */
export interface OpenBlock {
  /** Its first word; `elseOfLoop` in the `else` of a loop. */
  readonly name: string
  /** The word that ends it. */
  readonly end: string
  /** The variables of a loop. */
  readonly variables: readonly string[]
}

export const elseOfLoop = "for … else"

const loops: ReadonlySet<string> = new Set(["for", "asyncEach", "asyncAll"])
const conditions: ReadonlySet<string> = new Set(["if", "ifAsync"])
const ends: Readonly<Record<string, string>> = { asyncEach: "endeach", asyncAll: "endall", ifAsync: "endif" }

/**
 * The blocks with these names, the loops and the conditions that are open at the current place of the tokenizer. Nunjucks
 * itself reports those that are never closed.
 */
export function openBlocks(tokens: Tokenizer, names: Readonly<Record<string, unknown>>): OpenBlock[] {
  const open: OpenBlock[] = []
  for (const tag of blockTags(tokens, tokens.str, tokens.index)) {
    const words = tag.map(({ value }) => value)
    const [name = ""] = words
    const ended = open.findLastIndex(({ end }) => end === name)
    if (ended >= 0) open.length = ended
    else if (name === "else") turn(open)
    else if (name === "set" ? !words.includes("=") : name in names || loops.has(name) || conditions.has(name)) {
      const variables = loops.has(name) ? words.slice(1, words.indexOf("in")) : []
      open.push({ name, end: ends[name] ?? `end${name}`, variables })
    }
  }
  return open
}

/** An `else` belongs to the innermost condition or loop. */
function turn(open: OpenBlock[]): void {
  const place = open.findLastIndex(({ name }) => loops.has(name) || conditions.has(name))
  const block = open[place]
  if (block !== undefined && loops.has(block.name)) open[place] = { ...block, name: elseOfLoop }
}

/** The words of each `{% … %}` of a text up to `end`, by the delimiters of `tokens`. Skips raw text. */
export function* blockTags(
  tokens: Tokenizer,
  text: string,
  end: number = text.length,
): Generator<readonly Token[], void, void> {
  const again = tokenizerOf(tokens, text)
  for (let token = again.nextToken(); token !== null && again.index <= end; token = again.nextToken()) {
    if (token.type !== "block-start") continue
    const words = wordsOf(again)
    yield words
    const name = words[0]?.value
    if (name === "raw" || name === "verbatim") skipRaw(again, name)
  }
}

function tokenizerOf(tokens: Tokenizer, text: string): Tokenizer {
  const again: Tokenizer = Object.create(Object.getPrototypeOf(tokens))
  return Object.assign(again, tokens, { str: text, len: text.length, index: 0, lineno: 0, colno: 0, in_code: false })
}

/** The words of a block, up to its end. */
function wordsOf(tokens: Tokenizer): Token[] {
  const words: Token[] = []
  for (let token = tokens.nextToken(); token !== null && token.type !== "block-end"; token = tokens.nextToken()) {
    if (token.type !== "whitespace" && token.type !== "comma") words.push(token)
  }
  return words
}

function skipRaw(tokens: Tokenizer, name: string): void {
  const end = tokens.str.slice(tokens.index).search(new RegExp(`\\bend${name}\\b`))
  tokens.index = end < 0 ? tokens.str.length : tokens.index + end
}

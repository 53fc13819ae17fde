/**
 * The parts of RFC 9651 that caching needs: dictionaries with their values, and lists of strings. Parsing returns
 * `undefined` for invalid fields, which the RFC requires to be ignored.
 */
export type BareItem = string | number | boolean | Token | Unread

/** Represents decimals, byte sequences, dates and display strings, which no caching field uses. */
export type Unread = null

/** A token, as opposed to a string. */
export class Token {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export interface Member {
  /** An inner list is an array of its items' values. */
  readonly value: BareItem | readonly BareItem[]
}

export function parseDictionary(text: string): Map<string, Member> | undefined {
  return attempt(text, (reader) => reader.dictionary())
}

/** The members of a list; inner lists are arrays. */
export function parseList(text: string): Member[] | undefined {
  return attempt(text, (reader) => reader.list())
}

/** The members of a list that contains only strings. */
export function parseStringList(text: string): string[] | undefined {
  const members = parseList(text)
  const strings = members?.map(({ value }) => value).filter((value) => typeof value === "string")
  return strings?.length === members?.length ? strings : undefined
}

/** `sf-string`; omits characters that are not allowed in it. */
export function formatString(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, "").replace(/["\\]/g, "\\$&")}"`
}

const sfToken = /[a-z*][a-z0-9!#$%&'*+.^_`|~:/-]*/iy

/** A token if the value is one, else a string. */
export function formatTokenOrString(text: string): string {
  sfToken.lastIndex = 0
  return sfToken.exec(text)?.[0] === text ? text : formatString(text)
}

class Malformed extends Error {}

function attempt<Result>(text: string, read: (reader: Reader) => Result): Result | undefined {
  try {
    return read(new Reader(text))
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** RFC 9651, 4.2, one method per algorithm. */
class Reader {
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text
  }

  dictionary(): Map<string, Member> {
    const members = new Map<string, Member>()
    this.#members(() => {
      const key = this.#key()
      if (this.#take("=")) {
        members.set(key, this.#itemOrInnerList())
      } else {
        this.#parameters()
        members.set(key, { value: true })
      }
    })
    return members
  }

  list(): Member[] {
    const members: Member[] = []
    this.#members(() => members.push(this.#itemOrInnerList()))
    return members
  }

  #members(read: () => void): void {
    this.#skip(/ */y)
    while (!this.#ended) {
      read()
      this.#skip(/[ \t]*/y)
      if (this.#ended) return
      this.#expect(",")
      this.#skip(/[ \t]*/y)
      if (this.#ended) throw new Malformed()
    }
  }

  #itemOrInnerList(): Member {
    if (!this.#take("(")) return this.#item()
    const items: BareItem[] = []
    for (;;) {
      this.#skip(/ */y)
      if (this.#take(")")) break
      items.push(this.#bareItem())
      this.#parameters()
      if (this.#ended || !" )".includes(this.#next)) throw new Malformed()
    }
    this.#parameters()
    return { value: items }
  }

  #item(): Member {
    const value = this.#bareItem()
    this.#parameters()
    return { value }
  }

  #parameters(): void {
    while (this.#take(";")) {
      this.#skip(/ */y)
      this.#key()
      if (this.#take("=")) this.#bareItem()
    }
  }

  #bareItem(): BareItem {
    if (this.#next === '"')
      return this.#match(/"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"/y)
        .slice(1, -1)
        .replace(/\\(.)/g, "$1")
    if (this.#next === "?") return this.#match(/\?[01]/y) === "?1"
    if (this.#take(":")) return this.#unread(/[a-z0-9+/]*=*:/iy)
    if (this.#take("@")) return this.#unread(/-?\d{1,15}/y)
    if (this.#take("%")) return this.#unread(/"(?:[\x20\x21\x23\x24\x26-\x7e]|%[0-9a-f]{2})*"/y)
    if (/[-0-9]/.test(this.#next)) {
      const number = this.#match(/-?(?:\d{1,12}\.\d{1,3}|\d{1,15})(?![.\d])/y)
      return number.includes(".") ? null : Number(number)
    }
    return new Token(this.#match(sfToken))
  }

  #unread(pattern: RegExp): Unread {
    this.#match(pattern)
    return null
  }

  #key(): string {
    return this.#match(/[a-z*][a-z0-9_.*-]*/y)
  }

  get #ended(): boolean {
    return this.#position >= this.#text.length
  }

  get #next(): string {
    return this.#text[this.#position] ?? ""
  }

  #take(character: string): boolean {
    if (this.#next !== character) return false
    this.#position += 1
    return true
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw new Malformed()
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#position
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined) throw new Malformed()
    this.#position += found.length
    return found
  }

  #skip(pattern: RegExp): void {
    this.#match(pattern)
  }
}

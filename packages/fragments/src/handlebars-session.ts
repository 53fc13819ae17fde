import { randomInt } from "node:crypto"
import { currentEnclosing } from "./enclosing.js"
import { obtainFragment } from "./fragment.js"
import { FragmentError } from "./fragment-error.js"
import { runBody } from "./placed-error.js"
import { isSameFragment, type PlacedFragment, readStored } from "./placed-fragment.js"
import { report } from "./rendered.js"

/** A text split at its placeholders. */
interface Pieces {
  /** The text between the fragments: one more than there are fragments. */
  readonly between: readonly string[]
  /** In order; a fragment that appears twice is listed twice. */
  readonly fragments: readonly PlacedFragment[]
}

/** The placeholders of one rendering, marked by a number that cannot be guessed. */
export class PlaceholderSession {
  // Only digits: helpers that change letters or escape HTML leave them unchanged.
  readonly #number = String(randomInt(2 ** 47, 2 ** 48 - 1))
  readonly #mark = `\0${this.#number}:`
  readonly #placed: PlacedFragment[] = []
  readonly #idsByKey = new Map<string, number[]>()
  /** The partials passed to the render call, in addition to the registered ones. */
  readonly partials: Readonly<Record<string, unknown>> | undefined

  constructor(partials?: Readonly<Record<string, unknown>>) {
    this.partials = partials
  }

  /** Returns the placeholder of a fragment; equal fragments have the same one. */
  place(fragment: PlacedFragment): string {
    const ids = this.#idsByKey.get(fragment.key) ?? []
    let id = ids.find((known) => isSameFragment(this.#placed[known] as PlacedFragment, fragment))
    if (id === undefined) {
      id = this.#placed.push(fragment) - 1
      this.#idsByKey.set(fragment.key, [...ids, id])
    }
    return `${this.#mark}${id}\0`
  }

  /**
   * Replaces the placeholders of a text of this rendering by fragments, which report to what encloses this call. One read
   * returns those that are stored. The others are rendered by `obtainFragment`, which concurrent pages share, and their
   * bodies are filled in the same way.
   */
  async fill(text: string): Promise<string> {
    const { between, fragments } = this.#takeApart(text)
    const shown = new Set(fragments)
    const stored = await readStored(shown)
    const enclosing = currentEnclosing()
    const texts = new Map<PlacedFragment, string>()
    const missing: Promise<unknown>[] = []
    for (const fragment of shown) {
      const rendered = stored.get(fragment)
      if (rendered === undefined) missing.push(this.#obtain(fragment).then((html) => texts.set(fragment, html)))
      else {
        report(rendered, enclosing)
        texts.set(fragment, rendered.html)
      }
    }
    await Promise.all(missing)
    let html = between[0] ?? ""
    for (const [index, fragment] of fragments.entries()) html += (texts.get(fragment) ?? "") + between[index + 1]
    return html
  }

  #obtain({ name, options, place, body }: PlacedFragment): Promise<string> {
    return obtainFragment(name, options, () => runBody(() => this.fill(body())), place)
  }

  /** Throws a `FragmentError` if a placeholder was changed. */
  #takeApart(text: string): Pieces {
    const [begin = "", ...others] = text.split(this.#mark)
    const between = [begin]
    const fragments: PlacedFragment[] = []
    for (const other of others) {
      const end = other.indexOf("\0")
      const fragment = end > 0 ? this.#placed[Number(other.slice(0, end))] : undefined
      if (fragment === undefined) throw changedText()
      fragments.push(fragment)
      between.push(other.slice(end + 1))
    }
    // A helper that encodes text changes everything but the digits.
    if (this.#placed.length > 0 && between.some((piece) => piece.includes(this.#number))) throw changedText()
    return { between, fragments }
  }
}

function changedText(): FragmentError {
  return new FragmentError("a helper around {{#cache}} changed the text it was given; put cache around the helper")
}

import { randomInt } from "node:crypto"
import { FragmentError } from "./fragment-error.js"
import { obtainMany } from "./fragment-many.js"
import { FragmentScope } from "./fragment-scope.js"
import { InnerFragments } from "./handlebars-inner.js"
import { runBody } from "./placed-error.js"
import { groupByStore, isSameFragment, type PlacedFragment } from "./placed-fragment.js"
import { type Rendered, report } from "./rendered.js"

/** A fragment whose body has run. */
interface Drafted {
  readonly scope: FragmentScope
  readonly text: Pieces
}

/** A text with placeholders, taken apart. */
interface Pieces {
  /** What is around the fragments: one more than there are of them. */
  readonly between: readonly string[]
  /** In their order; one that is shown twice stands here twice. */
  readonly fragments: readonly PlacedFragment[]
}

/** The placeholders of one rendering. Each is found again by a number that nobody can guess. */
export class PlaceholderSession {
  // Digits alone: what changes letters or escapes HTML leaves them as they are.
  readonly #mark = `\0${randomInt(2 ** 47, 2 ** 48 - 1)}:`
  readonly #placed: PlacedFragment[] = []
  readonly #idsByKey = new Map<string, number[]>()
  /** Those that the rendering was given, beside the registered ones. */
  readonly partials: Readonly<Record<string, unknown>> | undefined

  constructor(partials?: Readonly<Record<string, unknown>>) {
    this.partials = partials
  }

  /** The placeholder of a fragment: the same for the same one. */
  place(fragment: PlacedFragment): string {
    const ids = this.#idsByKey.get(fragment.key) ?? []
    let id = ids.find((known) => isSameFragment(this.#placed[known] as PlacedFragment, fragment))
    if (id === undefined) {
      id = this.#placed.push(fragment) - 1
      this.#idsByKey.set(fragment.key, [...ids, id])
    }
    return `${this.#mark}${id}\0`
  }

  /** The page with its fragments, and what they are. */
  async fill(page: string): Promise<{ readonly html: string; readonly shown: readonly Rendered[] }> {
    const pieces = this.#takeApart(page)
    const shown = [...new Set(pieces.fragments)]
    const found = new Map<PlacedFragment, Rendered>()
    for (const members of groupByStore(shown)) {
      const [{ cache, version }] = members as [PlacedFragment]
      const options = version === undefined ? {} : { version }
      const rendered = await obtainMany(cache, members, options, (missing) => this.#renderAll(missing))
      for (const [index, fragment] of members.entries()) found.set(fragment, rendered[index] as Rendered)
    }
    const renderedOf = (fragment: PlacedFragment): Rendered => found.get(fragment) as Rendered
    return { html: together(pieces, renderedOf), shown: shown.map(renderedOf) }
  }

  /**
   * Renders fragments and those inside of them that are not there, level by level: one read a level. It waits for nobody
   * else's rendering, so that two pages that show the same fragments at different depths cannot wait for each other.
   */
  async #renderAll(missing: readonly PlacedFragment[]): Promise<Rendered[]> {
    const drafts = new Map<PlacedFragment, Drafted>()
    const inner = new InnerFragments()
    for (let level = missing; level.length > 0; ) {
      for (const fragment of level) drafts.set(fragment, await this.#draft(fragment))
      const inside = new Set(level.flatMap((fragment) => drafts.get(fragment)?.text.fragments ?? []))
      level = await inner.missingOf([...inside].filter((fragment) => !drafts.has(fragment)))
    }
    const done = new Map<PlacedFragment, Rendered>()
    const finish = (fragment: PlacedFragment, around: readonly PlacedFragment[]): Rendered => {
      const known = done.get(fragment) ?? inner.found(fragment)
      if (known !== undefined) return known
      if (around.includes(fragment)) {
        throw new FragmentError(`the fragment ${JSON.stringify(fragment.name)} is inside itself`, fragment.place)
      }
      const { scope, text } = drafts.get(fragment) as Drafted
      const renderedOf = (one: PlacedFragment): Rendered => finish(one, [...around, fragment])
      for (const one of new Set(text.fragments)) report(renderedOf(one), scope)
      const rendered = scope.rendered(together(text, renderedOf))
      done.set(fragment, rendered)
      return rendered
    }
    const all = missing.map((fragment) => finish(fragment, []))
    await inner.store(done)
    return all
  }

  async #draft(fragment: PlacedFragment): Promise<Drafted> {
    const scope = new FragmentScope(fragment.tags)
    const text = await runBody(() => scope.run(fragment.body))
    return { scope, text: this.#takeApart(text) }
  }

  /** Throws a `FragmentError` when it does not find placeholders as they were put there. */
  #takeApart(text: string): Pieces {
    const [begin = "", ...others] = text.split(this.#mark)
    const between = [begin]
    const fragments: PlacedFragment[] = []
    for (const other of others) {
      const end = other.indexOf("\0")
      const fragment = end > 0 ? this.#placed[Number(other.slice(0, end))] : undefined
      if (fragment === undefined) {
        throw new FragmentError(
          "a helper around {{#cache}} changed the text that it was given; put cache around the helper",
        )
      }
      fragments.push(fragment)
      between.push(other.slice(end + 1))
    }
    return { between, fragments }
  }
}

function together({ between, fragments }: Pieces, renderedOf: (fragment: PlacedFragment) => Rendered): string {
  let html = between[0] ?? ""
  for (const [index, fragment] of fragments.entries()) html += renderedOf(fragment).html + between[index + 1]
  return html
}

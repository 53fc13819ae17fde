import { randomInt } from "node:crypto"
import { FragmentError } from "./fragment-error.js"
import { obtainMany } from "./fragment-many.js"
import { FragmentScope } from "./fragment-scope.js"
import { InnerFragments } from "./handlebars-inner.js"
import { groupByStore, isSameFragment, type PlacedFragment } from "./placed-fragment.js"
import { type Rendered, report } from "./rendered.js"
import { runBody } from "./tag.js"

/** A fragment whose body has run. */
interface Drafted {
  readonly fragment: PlacedFragment
  readonly scope: FragmentScope
  readonly text: string
  readonly inside: readonly PlacedFragment[]
}

/** The placeholders of one rendering. Each is found again by a number that nobody can guess. */
export class PlaceholderSession {
  // Digits alone: what changes letters or escapes HTML leaves them as they are.
  readonly #mark = `\0${randomInt(2 ** 47, 2 ** 48 - 1)}`
  readonly #placeholder = new RegExp(`${this.#mark}:(\\d+)\0`, "g")
  readonly #placed: PlacedFragment[] = []

  /** The placeholder of a fragment: the same for the same one. */
  place(fragment: PlacedFragment): string {
    const known = this.#placed.findIndex((other) => isSameFragment(other, fragment))
    const id = known >= 0 ? known : this.#placed.push(fragment) - 1
    return `${this.#mark}:${id}\0`
  }

  /** The page with its fragments, and what they are. */
  async fill(page: string): Promise<{ readonly html: string; readonly shown: readonly Rendered[] }> {
    const shown = this.#fragmentsIn(page)
    const found = new Map<PlacedFragment, Rendered>()
    for (const members of groupByStore(shown)) {
      const [{ cache, version }] = members as [PlacedFragment]
      const options = version === undefined ? {} : { version }
      const rendered = await obtainMany(cache, members, options, (missing) => this.#renderAll(missing))
      for (const [index, fragment] of members.entries()) found.set(fragment, rendered[index] as Rendered)
    }
    const renderedOf = (fragment: PlacedFragment): Rendered => found.get(fragment) as Rendered
    return { html: this.#splice(page, renderedOf), shown: shown.map(renderedOf) }
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
      const inside = new Set(level.flatMap((fragment) => drafts.get(fragment)?.inside ?? []))
      level = await inner.missingOf([...inside].filter((fragment) => !drafts.has(fragment)))
    }
    const done = new Map<PlacedFragment, Rendered>()
    const finish = (fragment: PlacedFragment, around: readonly PlacedFragment[]): Rendered => {
      const known = done.get(fragment) ?? inner.found(fragment)
      if (known !== undefined) return known
      if (around.includes(fragment)) {
        throw new FragmentError(`the fragment ${JSON.stringify(fragment.name)} is inside itself`, fragment.place)
      }
      const { scope, text, inside } = drafts.get(fragment) as Drafted
      const renderedOf = (one: PlacedFragment): Rendered => finish(one, [...around, fragment])
      for (const one of inside) report(renderedOf(one), scope)
      const rendered = scope.rendered(this.#splice(text, renderedOf))
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
    return { fragment, scope, text, inside: this.#fragmentsIn(text) }
  }

  #fragmentsIn(text: string): PlacedFragment[] {
    const ids = new Set([...text.matchAll(this.#placeholder)].map(([, id]) => Number(id)))
    return [...ids].map((id) => this.#placed[id] as PlacedFragment)
  }

  #splice(text: string, renderedOf: (fragment: PlacedFragment) => Rendered): string {
    const html = text.replaceAll(
      this.#placeholder,
      (_, id) => renderedOf(this.#placed[Number(id)] as PlacedFragment).html,
    )
    if (!html.includes(this.#mark)) return html
    throw new FragmentError(
      "a helper around {{#cache}} changed the text that it was given; put cache around the helper",
    )
  }
}

import { type Enclosing, runInside } from "./enclosing.js"
import type { Rendered } from "./rendered.js"
import { showValue } from "./show-value.js"

/** Renders a fragment. `scope.tags` and `scope.skip` do the same as `tagEnclosing` and `uncacheable`. */
export type RenderFragment = (scope: Enclosing) => string | PromiseLike<string>

const withoutReason = "uncacheable() was called"

/** Collects what the body of a fragment, and the fragments inside, report during one rendering. */
export class FragmentScope implements Enclosing {
  readonly #tags: Set<string>
  #skipped: string | undefined

  constructor(tags: Iterable<string>) {
    this.#tags = new Set(tags)
  }

  tags(...names: readonly string[]): void {
    for (const name of names) {
      if (typeof name !== "string") throw new TypeError(`A tag must be a string; got ${showValue(name)}`)
      this.#tags.add(name)
    }
  }

  skip(reason: string = withoutReason): void {
    this.#skipped ??= reason
  }

  run<Result>(body: () => Result): Result {
    return runInside(this, body)
  }

  /** The result, with the output of the body. */
  rendered(html: string): Rendered {
    return { html, tags: [...this.#tags], ...(this.#skipped !== undefined && { uncacheable: this.#skipped }) }
  }
}

/** Rejects with a `TypeError` if the body does not return a string. */
export async function renderInScope(name: string, tags: Iterable<string>, render: RenderFragment): Promise<Rendered> {
  const scope = new FragmentScope(tags)
  const html: unknown = await scope.run(() => render(scope))
  if (typeof html === "string") return scope.rendered(html)
  throw new TypeError(`The fragment ${JSON.stringify(name)} must render a string; got ${showValue(html)}`)
}

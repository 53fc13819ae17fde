import { type Enclosing, runInside } from "./enclosing.js"
import type { Rendered } from "./rendered.js"
import { showValue } from "./show-value.js"

/** Renders a fragment. It may tell `scope`, or call `tagEnclosing` and `uncacheable`, which reach the same. */
export type RenderFragment = (scope: Enclosing) => string | PromiseLike<string>

const withoutReason = "uncacheable() was called"

/** One rendering of one fragment, and what it was told meanwhile by its body and by the fragments inside. */
class FragmentScope implements Enclosing {
  readonly tagNames: Set<string>
  skipped: string | undefined

  constructor(tags: Iterable<string>) {
    this.tagNames = new Set(tags)
  }

  tags(...names: readonly string[]): void {
    for (const name of names) {
      if (typeof name !== "string") throw new TypeError(`A tag is a text; got ${showValue(name)}`)
      this.tagNames.add(name)
    }
  }

  skip(reason: string = withoutReason): void {
    this.skipped ??= reason
  }
}

/** Throws a `TypeError` when the body gives anything but a text. */
export async function renderInScope(name: string, tags: Iterable<string>, render: RenderFragment): Promise<Rendered> {
  const scope = new FragmentScope(tags)
  const html: unknown = await runInside(scope, () => render(scope))
  if (typeof html !== "string") {
    throw new TypeError(`The fragment ${JSON.stringify(name)} is to render a text; it gave ${showValue(html)}`)
  }
  return {
    html,
    tags: [...scope.tagNames],
    ...(scope.skipped !== undefined && { uncacheable: scope.skipped }),
  }
}

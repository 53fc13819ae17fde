import { currentEnclosing, type Enclosing, runInside } from "./enclosing.js"
import { FragmentError } from "./fragment-error.js"
import type { Frame } from "./nunjucks-parser.js"

// Nunjucks compiles `if` and `for` to asynchronous code if it sees an asynchronous tag in them. It does not see those in a
// file that is included there, or in a block that is filled there: it does not wait, and their output is lost.

/** A cache tag that is being rendered. */
interface OpenTag {
  readonly name: unknown
  readonly line: number
  readonly frame: Frame
}

/** By the text that contains them. */
const openTags = new WeakMap<Enclosing, Set<OpenTag>>()

/** Renders a text, a page or a body. Call `lost` when it is complete: a tag that is still open then is missing in it. */
export function watchTags<Result>(render: (lost: () => FragmentError | undefined) => Result): Result {
  const around = currentEnclosing()
  const text: Enclosing = {
    tags: (...names) => around?.tags(...names),
    skip: (reason) => around?.skip(reason),
  }
  const open = new Set<OpenTag>()
  openTags.set(text, open)
  return runInside(text, () =>
    render(() => {
      const [tag] = open
      return tag && errorFor(tag)
    }),
  )
}

/**
 * Records that a tag begins; returns the function that records its end. Throws a `FragmentError` if another tag is open
 * that should have been awaited: only iterations of a loop may run concurrently.
 */
export function beginTag(tag: OpenTag): () => void {
  const text = currentEnclosing()
  const open = text && openTags.get(text)
  for (const other of open ?? []) if (!areInOneLoop(other.frame, tag.frame)) throw errorFor(other)
  open?.add(tag)
  return () => open?.delete(tag)
}

function areInOneLoop(one: Frame, other: Frame): boolean {
  const loops = new Set(loopsAround(one))
  return loopsAround(other).some((frame) => loops.has(frame))
}

function loopsAround(frame: Frame | undefined): Frame[] {
  if (frame === undefined) return []
  const others = loopsAround(frame.parent)
  return "loop" in frame.variables ? [frame, ...others] : others
}

function errorFor({ name, line }: OpenTag): FragmentError {
  return new FragmentError(
    `nothing waits for the fragment ${JSON.stringify(name)}: its file is included, or its block is filled, inside of if, for, ` +
      "set, filter, call or macro. Write ifAsync for if and asyncEach for for there, or put cache around them",
    { line },
  )
}

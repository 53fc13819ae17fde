import type { TemplateBuffer } from "./eta-body.js"
import { FragmentError, type TemplatePlace } from "./fragment-error.js"

// Templates of Eta are JavaScript, and a callback in them may be async: nothing makes a template wait for the tags in it.

/** The tags that write to one buffer. */
interface Writers {
  readonly open: Set<TemplatePlace>
  /** What went wrong. It is thrown where the template ends: the callback that a tag is in may be awaited by nobody. */
  fault: FragmentError | undefined
}

const writersOf = new WeakMap<TemplateBuffer, Writers>()

/** Writes what a tag brings to the buffer, which nothing else is to write to meanwhile. */
export async function writeTag(buffer: TemplateBuffer, place: TemplatePlace, tag: Promise<string>): Promise<void> {
  const writers = writersOf.get(buffer) ?? { open: new Set(), fault: undefined }
  writersOf.set(buffer, writers)
  if (writers.open.size > 0) writers.fault ??= errorAt(place)
  writers.open.add(place)
  try {
    const html = await tag
    buffer.res += html
  } finally {
    writers.open.delete(place)
  }
}

/** Throws a `FragmentError` when the text in the buffer is not what it would be if the template had waited for each tag. */
export function checkWaited(buffer: TemplateBuffer): void {
  const writers = writersOf.get(buffer)
  if (writers === undefined) return
  const [open] = writers.open
  const fault = writers.fault ?? (open && errorAt(open))
  if (fault !== undefined) throw fault
}

function errorAt(place: TemplatePlace): FragmentError {
  return new FragmentError(
    "cache stands in a callback that is not awaited, such as one of forEach, or several run at once; use for … of",
    place,
  )
}

import type { TemplateBuffer } from "./eta-body.js"
import { FragmentError, type TemplatePlace } from "./fragment-error.js"

// Eta templates are JavaScript, and may contain async callbacks that nothing awaits, and tags inside of them.

/** The pending tags of one buffer. */
interface Writers {
  readonly open: Set<TemplatePlace>
  /** The first error. It is thrown at the end of the template, because nothing may await the callback of a tag. */
  fault: FragmentError | undefined
}

const writersOf = new WeakMap<TemplateBuffer, Writers>()

/** Appends the output of a tag to the buffer. No other tag may write to it meanwhile. */
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

/** Throws a `FragmentError` if the template did not await every tag, or awaited several at a time. */
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

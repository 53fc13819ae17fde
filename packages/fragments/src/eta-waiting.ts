import type { TemplateBuffer } from "./eta-body.js"
import { FragmentError, type TemplatePlace } from "./fragment-error.js"

// Eta templates are JavaScript, and may contain async callbacks that nothing awaits, and tags inside of them. A function
// writes to the text that it is declared in, wherever it is called.

/** The pending tags of one buffer. */
interface Writers {
  readonly open: Set<TemplatePlace>
  /** The first error. It is thrown at the end of the template, because nothing may await the callback of a tag. */
  fault: FragmentError | undefined
}

const writersOf = new WeakMap<TemplateBuffer, Writers>()

/** Appends the output of a tag to the buffer. Nothing else may write to it meanwhile. */
export async function writeTag(
  buffer: TemplateBuffer,
  place: TemplatePlace,
  render: () => Promise<string>,
): Promise<void> {
  const writers = writersOf.get(buffer) ?? { open: new Set(), fault: undefined }
  writersOf.set(buffer, writers)
  if (writers.open.size > 0) writers.fault ??= errorAt(place)
  writers.open.add(place)
  const before = buffer.res
  try {
    const html = await render()
    if (buffer.res !== before) writers.fault ??= writtenOutside(place)
    buffer.res += html
  } finally {
    writers.open.delete(place)
  }
}

/** Whether the tag at this place is pending, so that its body does not run in the background. */
export function isPending(buffer: TemplateBuffer, place: TemplatePlace): boolean {
  return writersOf.get(buffer)?.open.has(place) === true
}

/** Throws a `FragmentError` if the template did not await every tag, or awaited several at a time. */
export function checkWaited(buffer: TemplateBuffer): void {
  const writers = writersOf.get(buffer)
  if (writers === undefined) return
  const [open] = writers.open
  const fault = writers.fault ?? (open && errorAt(open))
  if (fault !== undefined) throw fault
}

function writtenOutside(place: TemplatePlace): FragmentError {
  return new FragmentError(
    "cache calls a function that writes outside of it, or stands in a callback that is not awaited; declare the function " +
      "inside of cache, or await the callback",
    place,
  )
}

function errorAt(place: TemplatePlace): FragmentError {
  return new FragmentError(
    "cache stands in a callback that is not awaited, such as one of forEach, or several run at once; use for … of",
    place,
  )
}

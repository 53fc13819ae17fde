import { FragmentError, type TemplatePlace } from "./fragment-error.js"

/** The buffer of a compiled Eta template; the names are Eta's. */
export interface TemplateBuffer {
  res: string
  /** The line that is rendered, with `debug`. */
  line?: unknown
  readonly layout?: unknown
}

/** The buffer and the template functions, as a body sees them. */
export interface BodyScope {
  readonly buffer: TemplateBuffer
  output(text: unknown): void
  capture(work: () => unknown): string
  captureAsync(work: () => Promise<unknown>): Promise<string>
  block(name: string, work?: () => unknown): string
  blockAsync(name: string, work?: () => Promise<unknown>): Promise<string>
  layout(): never
}

/**
 * Creates a buffer for one run of one body, with template functions that write to it as Eta's own write to that of the
 * template. Concurrent runs do not share output.
 */
export function isolateBody(
  outer: TemplateBuffer,
  data: Readonly<Record<string, unknown>>,
  place: TemplatePlace,
): BodyScope {
  const buffer: TemplateBuffer = { ...outer, res: "" }
  const take = (before: string): string => {
    const captured = buffer.res
    buffer.res = before
    return captured
  }
  const capture = (work: () => unknown): string => {
    const before = take("")
    try {
      work()
      return take(before)
    } catch (error) {
      buffer.res = before
      throw error
    }
  }
  const captureAsync = async (work: () => Promise<unknown>): Promise<string> => {
    const before = take("")
    try {
      await work()
      return take(before)
    } catch (error) {
      buffer.res = before
      throw error
    }
  }
  /** The content of a page for a block of its layout. */
  const filled = (name: string): string | undefined => {
    if (outer.layout !== undefined) {
      throw new FragmentError(
        "a block inside cache is lost when the cached text is used; put cache inside the block",
        place,
      )
    }
    const blocks = data.__blocks as Readonly<Record<string, string>> | undefined
    return blocks !== undefined && name in blocks ? blocks[name] : undefined
  }
  return {
    buffer,
    output: (text) => {
      buffer.res += text
    },
    capture,
    captureAsync,
    block: (name, work) => filled(name) ?? (work === undefined ? "" : capture(work)),
    blockAsync: async (name, work) => filled(name) ?? (work === undefined ? "" : captureAsync(work)),
    layout: () => {
      throw new FragmentError("layout inside cache is lost when the cached text is used; move it before cache", place)
    },
  }
}

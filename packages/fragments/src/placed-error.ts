import { FragmentError, type TemplatePlace } from "./fragment-error.js"

/** What bodies threw: that is no fault of the tag, and goes on as it is. */
const thrownByBodies = new WeakSet<object>()

/** Runs a body and remembers its error as its own. */
export async function runBody<Result>(body: () => Result | PromiseLike<Result>): Promise<Result> {
  try {
    return await body()
  } catch (error) {
    if (typeof error === "object" && error !== null) thrownByBodies.add(error)
    throw error
  }
}

/** Says of an error where the tag stands, unless it is that of a body. */
export function placed(error: unknown, place: TemplatePlace): unknown {
  if (!(error instanceof Error) || error instanceof FragmentError || thrownByBodies.has(error)) return error
  return new FragmentError(error.message, place, { cause: error })
}

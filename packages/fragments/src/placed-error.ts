import { FragmentError, type TemplatePlace } from "./fragment-error.js"

/** Errors thrown by bodies, which are passed on unchanged. */
const thrownByBodies = new WeakSet<object>()

/** Runs a body, and records its error as one of the body. */
export async function runBody<Result>(body: () => Result | PromiseLike<Result>): Promise<Result> {
  try {
    return await body()
  } catch (error) {
    if (typeof error === "object" && error !== null) thrownByBodies.add(error)
    throw error
  }
}

/** Adds the place of the tag to an error, unless a body threw it. */
export function placed(error: unknown, place: TemplatePlace): unknown {
  if (!(error instanceof Error) || error instanceof FragmentError || thrownByBodies.has(error)) return error
  return new FragmentError(error.message, place, { cause: error })
}

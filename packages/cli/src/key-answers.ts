import type { Cache } from "@larder/core"
import { answerEach, type LineOf, type Outcome, type Question } from "./answers.js"
import { withView } from "./cache-view.js"
import type { Arguments } from "./command.js"
import type { Output } from "./output.js"
import { UsageError } from "./usage-error.js"

/** Fewer keys take no time worth a word. */
const PROGRESS_EVERY_KEYS = 100

/**
 * Asks about each key of the command line, in the part of a cache that its options choose, and writes the answers as they
 * come. Returns whether all is well. Throws a `UsageError` if there are no keys.
 */
export async function answerPerKey<Result extends Outcome>(
  given: Arguments,
  output: Output,
  ask: (view: Cache, key: string) => Promise<Result>,
  lineOf: LineOf<Result>,
): Promise<boolean> {
  const { json, words: keys } = given
  if (keys.length === 0) throw new UsageError("There is no key")
  return withView(given, output, async (view) => {
    const questions = keys.map((key, index): Question<Result> => {
      const question = (): Promise<Result> => {
        if (index > 0 && index % PROGRESS_EVERY_KEYS === 0) output.progress?.(`${index} of ${keys.length} keys`)
        return ask(view, key)
      }
      return [{ key }, question]
    })
    const isWell = await answerEach(questions, json, output, lineOf)
    output.progress?.("")
    return isWell
  })
}

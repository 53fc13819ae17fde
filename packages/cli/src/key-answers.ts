import type { Cache } from "@larder/core"
import { answerEach, type LineOf, type Outcome, type Question } from "./answers.js"
import { withView } from "./cache-view.js"
import type { Arguments } from "./command.js"
import type { Output } from "./output.js"
import { UsageError } from "./usage-error.js"

/** Fewer keys are fast enough without a progress message. */
const PROGRESS_EVERY_KEYS = 100

/**
 * Asks about each key of the command line, in the cache, namespace and version of its options, and writes the answers as
 * they arrive. Returns whether all are `ok`. Rejects with a `UsageError` if there are no keys.
 */
export async function answerPerKey<Result extends Outcome>(
  given: Arguments,
  output: Output,
  ask: (view: Cache, key: string) => Promise<Result>,
  lineOf: LineOf<Result>,
): Promise<boolean> {
  const { json, words: keys } = given
  if (keys.length === 0) throw new UsageError("Pass at least one key")
  return withView(given, output, async (view) => {
    const questions = keys.map((key, index): Question<Result> => {
      const question = (): Promise<Result> => {
        if (index > 0 && index % PROGRESS_EVERY_KEYS === 0) output.progress?.(`${index} of ${keys.length} keys`)
        return ask(view, key)
      }
      return [{ key }, question]
    })
    const isOk = await answerEach(questions, json, output, lineOf)
    output.progress?.("")
    return isOk
  })
}

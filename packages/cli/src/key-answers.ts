import { answerEach, type LineOf, type Outcome, type Question } from "./answers.js"
import type { Arguments } from "./command.js"
import type { Output } from "./output.js"
import { UsageError } from "./usage-error.js"

/** Fewer keys take no time worth a word. */
const PROGRESS_EVERY_KEYS = 100

/** The keys of the command line. Throws a `UsageError` if there are none. */
export function keysOf({ words }: Arguments): readonly string[] {
  if (words.length === 0) throw new UsageError("There is no key")
  return words
}

/** Asks about each key of the command line, and writes the answers as they come. Returns whether all is well. */
export async function answerPerKey<Result extends Outcome>(
  { json, words: keys }: Arguments,
  output: Output,
  ask: (key: string) => Promise<Result>,
  lineOf: LineOf<Result>,
): Promise<boolean> {
  const questions = keys.map((key, index): Question<Result> => {
    const question = (): Promise<Result> => {
      if (index > 0 && index % PROGRESS_EVERY_KEYS === 0) output.progress?.(`${index} of ${keys.length} keys`)
      return ask(key)
    }
    return [{ key }, question]
  })
  const isWell = await answerEach(questions, json, output, lineOf)
  output.progress?.("")
  return isWell
}

import { type Answer, answerTo, type LineOf, type Outcome, report, write } from "./answers.js"
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

/**
 * Asks about one key after the other, and writes each answer as it comes, or with `--json` all at the end. A failure does not
 * keep the next key from being asked about. Returns whether all is well.
 */
export async function answerPerKey<Result extends Outcome>(
  { json, words }: Arguments,
  output: Output,
  ask: (key: string) => Promise<Result>,
  lineOf: LineOf<Result>,
): Promise<boolean> {
  const answers: Answer<Result>[] = []
  for (const [index, key] of words.entries()) {
    const answer = await answerTo({ key }, () => ask(key))
    answers.push(answer)
    if (!json) write(answer, output, lineOf)
    if (index % PROGRESS_EVERY_KEYS === PROGRESS_EVERY_KEYS - 1)
      output.progress?.(`${index + 1} of ${words.length} keys`)
  }
  output.progress?.("")
  return json ? report(answers, json, output, lineOf) : answers.every(({ ok }) => ok)
}

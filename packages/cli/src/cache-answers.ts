import type { Cache } from "@larder/core"
import { answerEach, type LineOf, type Outcome, type Question } from "./answers.js"
import type { ChosenCache } from "./chosen-caches.js"
import type { Arguments } from "./command.js"
import type { Output } from "./output.js"
import { UsageError } from "./usage-error.js"

/** A question that only some backends can answer. */
export interface CacheQuestion<Result extends Outcome> {
  /** Returns how to ask, or `undefined` if the backend cannot answer. */
  askOf(cache: Cache, label: string): (() => Promise<Result>) | undefined
  /** What such a backend lacks: `has no table`. */
  readonly lack: string
  readonly lineOf: LineOf<Result>
}

/**
 * Asks the caches one after the other, since they may share a store, and skips those whose backend cannot answer. Returns
 * whether all answers are `ok`. Rejects with a `UsageError`, before anything is asked, if a skipped cache was named or if
 * all are skipped.
 */
export async function answerPerCache<Result extends Outcome>(
  chosen: readonly ChosenCache[],
  { json, url, words }: Arguments,
  output: Output,
  { askOf, lack, lineOf }: CacheQuestion<Result>,
): Promise<boolean> {
  const questions: Question<Result>[] = []
  const lacking: string[] = []
  for (const { label, use } of chosen) {
    const subject = { cache: label }
    try {
      const cache = use()
      const ask = askOf(cache, label)
      if (ask === undefined) lacking.push(`${label}: the ${cache.backend.name} backend ${lack}`)
      else questions.push([subject, ask])
    } catch (error) {
      questions.push([subject, () => Promise.reject(error)])
    }
  }
  const isNamed = url !== undefined || words.length > 0
  if (lacking.length > 0 && (isNamed || questions.length === 0)) throw new UsageError(lacking.join("; "))
  return answerEach(questions, json, output, lineOf)
}

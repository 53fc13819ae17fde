import type { Cache } from "@larder/core"
import { type Answer, answerTo, failure, type Outcome } from "./answers.js"
import type { ChosenCache } from "./chosen-caches.js"
import type { Arguments } from "./command.js"
import { UsageError } from "./usage-error.js"

/** How a command asks a cache, or `undefined` if the backend cannot answer. */
type Ask<Result extends Outcome> = (cache: Cache, label: string) => (() => Promise<Result>) | undefined

/**
 * Asks one cache after the other, since they may be in one store, and passes over those whose backend cannot answer. Throws
 * a `UsageError` if such a one was named, or if all are: `lack` says what they are like, as in "has no table".
 */
export async function answerPerCache<Result extends Outcome>(
  chosen: readonly ChosenCache[],
  { url, words }: Arguments,
  lack: string,
  askOf: Ask<Result>,
): Promise<Answer<Result>[]> {
  const isNamed = url !== undefined || words.length > 0
  const answers: Answer<Result>[] = []
  const lacking: string[] = []
  for (const { label, use } of chosen) {
    let cache: Cache
    try {
      cache = use()
    } catch (error) {
      answers.push(failure({ cache: label }, error))
      continue
    }
    const ask = askOf(cache, label)
    if (ask !== undefined) answers.push(await answerTo({ cache: label }, ask))
    else lacking.push(`${label}: the ${cache.backend.name} backend ${lack}`)
    if (isNamed && lacking.length > 0) throw new UsageError(lacking.join("; "))
  }
  if (answers.length === 0) throw new UsageError(lacking.join("; "))
  return answers
}

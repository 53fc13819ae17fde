import type { Milliseconds, Operation } from "@larder/core"
import { entryId } from "./entry-id.js"
import { waitAtMost } from "./wait-at-most.js"

/** The time left of entries, by `entryId`, as far as their stores reported it in time. `null`: never expires. */
export type TimesLeft = ReadonlyMap<string, Milliseconds | null | undefined>

/** A question costs the store as much as a read, and the page waits for the answers. */
const maxQuestions = 100
const defaultLimit: Milliseconds = 100

/** Asks stores for the time left of the first entry that each read found: at most 100 entries, and for at most `limit`. */
export async function askTimesLeft(
  reads: readonly Operation[],
  limit: Milliseconds = defaultLimit,
): Promise<TimesLeft> {
  const times = new Map<string, Milliseconds | null | undefined>()
  const questions = new Map<string, Promise<unknown>>()
  for (const { alias, finalKeys = [], hits = [], timeLeft } of reads) {
    const finalKey = finalKeys.find((_finalKey, index) => hits[index] === true)
    if (finalKey === undefined || timeLeft === undefined) continue
    const entry = entryId(alias, finalKey)
    if (questions.has(entry)) continue
    if (questions.size >= maxQuestions) break
    questions.set(
      entry,
      timeLeft(finalKey).then((left) => times.set(entry, left)),
    )
  }
  if (questions.size > 0) await waitAtMost(limit, Promise.allSettled(questions.values()))
  return times
}

import { setTimeout as wait } from "node:timers/promises"
import type { BackendWith, ClauseContext, OptionalMethod } from "./clause.js"
import { assertHappens } from "./fault-clause.js"

/** Of which round trip the answer is lost: a call may take several. */
export const roundTrips: readonly number[] = [1, 2, 3]
const latency = 50
/** Milliseconds after which a call has not arrived with its first round trip, but takes several. */
const arrival = 1_000

/** What comes of a call whose connection ends after the store has done what was asked, and before the answer. */
export async function losingAnswers<Method extends OptionalMethod, Answer>(
  { key, openThroughProxy }: ClauseContext<Method>,
  roundTrip: number,
  call: (handle: BackendWith<Method>) => Promise<Answer>,
  isDone: () => Promise<boolean>,
): Promise<Answer> {
  const { handle, proxy } = await openThroughProxy()
  await handle.get(key("value"))
  const isFirst = roundTrip === 1
  await proxy.inflict({ kind: "slow", latency: isFirst ? 3_600_000 : latency })
  const answer = call(handle)
  // In the first round trip the store itself tells the moment; what takes more of them is met in the middle of a latency.
  if (isFirst) await assertHappens(isDone, "the call arrives", arrival).catch(() => {})
  else await wait(latency * (roundTrip - 0.5))
  await proxy.restart()
  return answer
}

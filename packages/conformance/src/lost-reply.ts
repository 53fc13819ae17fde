import { setTimeout as wait } from "node:timers/promises"
import type { BackendWith, ClauseContext, OptionalMethod } from "./clause.js"
import { assertHappens } from "./fault-clause.js"

/** The round trips whose reply is lost: a call may take several. */
export const roundTrips: readonly number[] = [1, 2, 3]
const latency = 50
/** Milliseconds after which a call that has not taken effect must take several round trips. */
const arrival = 1_000

/** Runs a call whose connection ends after the store has carried it out, but before the reply arrives. */
export async function callLosingReply<Method extends OptionalMethod, Answer>(
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
  // For the first round trip, the store shows when the call took effect; later ones are cut in the middle of the latency.
  if (isFirst) await assertHappens(isDone, "the call takes effect", arrival).catch(() => {})
  else await wait(latency * (roundTrip - 0.5))
  await proxy.restart()
  return answer
}

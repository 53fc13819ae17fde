/**
 * Starts several things concurrently. If one fails, the others are stopped again.
 *
 * @template {{ stop(): Promise<void> }} Part
 * @param {readonly (() => Promise<Part>)[]} starts
 * @returns {Promise<{ parts: readonly Part[], stop: () => Promise<void> }>} rejects with the first failure, after all are
 *   gone
 */
export async function startTogether(starts) {
  const outcomes = await Promise.allSettled(starts.map((start) => start()))
  const parts = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []))
  const stop = async () => {
    await Promise.all(parts.map((part) => part.stop()))
  }
  const failure = outcomes.find((outcome) => outcome.status === "rejected")
  if (failure === undefined) return { parts, stop }
  await stop()
  throw failure.reason
}

/**
 * Continues with something that was started. If that fails, it is stopped again.
 *
 * @template Answer
 * @param {() => Promise<void>} stop
 * @param {() => Promise<Answer>} work
 * @returns {Promise<Answer>}
 */
export async function stopOnFailure(stop, work) {
  try {
    return await work()
  } catch (error) {
    await stop()
    throw error
  }
}

import type { BackendWith, ClauseContext } from "./clause.js"

/** Closes a handle with calls pending on it, and returns how they settled. */
export async function settledAtClose({
  key,
  values,
  open,
}: ClauseContext<"close">): Promise<readonly PromiseSettledResult<unknown>[]> {
  const handle: BackendWith<"close"> = await open()
  await handle.get(key("value"))
  const calls = Array.from({ length: 20 }, (_, index) => [
    handle.set(key(`late:${index}`), values.text("a"), 60_000),
    handle.get(key(`late:${index}`)),
  ])
  const [settled] = await Promise.all([Promise.allSettled(calls.flat()), handle.close()])
  return settled
}

import type { Calls } from "./calls.js"
import type { Operation } from "./tracing.js"

/**
 * Asks the store to grant something. What it grants only after the call has failed, at its time limit, is given back: nobody
 * knows of it.
 */
export async function granted<Grant>(
  calls: Calls,
  name: string,
  ask: () => Promise<Grant>,
  giveBack: (grant: Grant) => unknown,
  parent?: Operation | undefined,
): Promise<Grant> {
  let asking: Promise<Grant> | undefined
  const work = (): Promise<Grant> => {
    asking = ask()
    return asking
  }
  try {
    return await calls.run("lock", [name], work, parent)
  } catch (error) {
    void asking?.then(giveBack).catch(() => undefined)
    throw error
  }
}

import { AsyncLocalStorage, createHook } from "node:async_hooks"

interface Timer {
  hasRef(): boolean
}

/**
 * Runs `work`, and then `check` with a function that counts the timers that were started in `work` and keep the process
 * up: neither over nor cleared nor unreferenced. Timers of anybody else in the process do not count.
 */
export async function checkHoldingTimers(
  work: () => Promise<unknown>,
  check: (count: () => number) => Promise<void>,
): Promise<void> {
  const timers = new Map<number, Timer>()
  const context = new AsyncLocalStorage<typeof timers>()
  const hook = createHook({
    init(id, type, _trigger, resource) {
      if (type === "Timeout" && context.getStore() === timers) timers.set(id, resource as Timer)
    },
    // A timer that is over or cleared; it alone would still say that it has a reference.
    destroy(id) {
      timers.delete(id)
    },
  }).enable()
  try {
    await context.run(timers, work)
    await check(() => [...timers.values()].filter((timer) => timer.hasRef()).length)
  } finally {
    hook.disable()
  }
}

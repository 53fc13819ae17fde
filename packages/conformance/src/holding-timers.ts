import { AsyncLocalStorage, createHook } from "node:async_hooks"

interface Timer {
  hasRef(): boolean
}

/**
 * Runs `work`, then `check` with a function that counts the timers that `work` started and that keep the process running:
 * those that have neither ended nor been cleared or unreferenced. Other timers of the process do not count.
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
    // A timer that has ended or been cleared; `hasRef()` would still return true.
    destroy(id) {
      timers.delete(id)
    },
  }).enable()
  try {
    await context.run(timers, work)
    await check(() => [...timers.values()].filter((timer) => timer.hasRef()).length)
  } finally {
    hook.disable()
    // An instance that is not disabled costs every later promise of the process.
    context.disable()
  }
}

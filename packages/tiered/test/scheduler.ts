import type { Backend } from "@larder/core"
import type { Bus, BusListener, BusMessage } from "../src/index.js"

/** Something that has stopped until the scheduler lets it go on. */
interface Parked {
  readonly what: string
  go(): void
}

/** Lets concurrent calls go on one step at a time, in an order that a run is given. */
export class Scheduler {
  readonly #parked: Parked[] = []
  /** The steps that were taken, for messages. */
  readonly steps: string[] = []

  /** Resolves when it is this step's turn. */
  park(what: string): Promise<void> {
    return new Promise((resolve) => {
      this.#parked.push({ what, go: resolve })
    })
  }

  /**
   * Takes the given choices, and the first one of each later step, until nothing is parked. Answers how many choices
   * there were at each step.
   */
  async run(choices: readonly number[]): Promise<readonly number[]> {
    const widths: number[] = []
    for (await settled(); this.#parked.length > 0; await settled()) {
      const [step] = this.#parked.splice(choices[widths.length] ?? 0, 1)
      widths.push(this.#parked.length + 1)
      if (step === undefined) throw new Error("There is no such choice")
      this.steps.push(step.what)
      step.go()
    }
    return widths
  }
}

/** Runs every order of the steps that `start` leads to, up to `most` of them. Answers how many there were. */
export async function everyOrder(
  start: (scheduler: Scheduler, run: () => Promise<void>) => Promise<void>,
  most = 100_000,
): Promise<number> {
  let choices: number[] | undefined = []
  let orders = 0
  while (choices !== undefined) {
    if (orders++ >= most) throw new Error(`There are more than ${most} orders`)
    const scheduler = new Scheduler()
    const given: readonly number[] = choices
    let widths: readonly number[] = []
    await start(scheduler, async () => {
      widths = await scheduler.run(given)
    })
    choices = nextChoices(given, widths)
  }
  return orders
}

/** The next choices in the order of an odometer; `undefined` after the last. */
function nextChoices(choices: readonly number[], widths: readonly number[]): number[] | undefined {
  for (let place = widths.length - 1; place >= 0; place -= 1) {
    const choice = choices[place] ?? 0
    if (choice + 1 < (widths[place] ?? 0)) {
      return [...widths.slice(0, place).map((_, index) => choices[index] ?? 0), choice + 1]
    }
  }
  return undefined
}

/**
 * The same backend, whose calls of these methods stop twice: before the store is asked, and before the answer arrives.
 */
export function stepwise<Stored>(
  backend: Backend<Stored>,
  name: string,
  methods: readonly (keyof Backend)[],
  scheduler: Scheduler,
): Backend<Stored> {
  return new Proxy(backend, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (typeof member !== "function") return member
      if (!methods.some((method) => method === property)) return member.bind(target)
      return async (...parameters: unknown[]) => {
        await scheduler.park(`${name}.${String(property)} is asked`)
        const answer: unknown = await Reflect.apply(member, target, parameters)
        await scheduler.park(`${name}.${String(property)} answers ${JSON.stringify(answer)}`)
        return answer
      }
    },
  })
}

/** A bus whose messages arrive when the scheduler says so. */
export class StepwiseBus implements Bus {
  readonly #scheduler: Scheduler
  readonly #listeners = new Set<BusListener>()

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  async publish(message: BusMessage): Promise<void> {
    await this.#scheduler.park("a message arrives")
    for (const listener of this.#listeners) listener.onMessage(message)
  }

  subscribe(listener: BusListener): () => Promise<void> {
    this.#listeners.add(listener)
    listener.onConnected()
    return async () => {
      this.#listeners.delete(listener)
    }
  }
}

/** Everything that needs no step is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

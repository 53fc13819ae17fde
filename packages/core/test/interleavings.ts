import { setTimeout as delay } from "node:timers/promises"
import type { Backend, Capabilities, Entry, Milliseconds } from "../src/backend.js"
import { MapBackend } from "./map-backend.js"

/** In milliseconds. */
const LONGEST_PAUSE = 5_000

/** Somebody's next step, waiting for its turn. */
type Step = () => void

/** Gives one step at a time its turn; everything that runs is made of steps. */
export class Turns {
  readonly #waiting: Step[] = []
  /** Which of the waiting steps to take, decision by decision; then the first. */
  readonly #choices: readonly number[]
  /** How many there were to choose from at each decision. */
  readonly widths: number[] = []

  constructor(choices: readonly number[]) {
    this.#choices = choices
  }

  /** Resolves when it is this step's turn. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  /** Runs the actors to their end. */
  async run(actors: readonly (() => Promise<unknown>)[]): Promise<void> {
    const ended = Promise.all(actors.map((actor) => actor()))
    let running = true
    ended.then(
      () => {
        running = false
      },
      () => {
        running = false
      },
    )
    for (;;) {
      // All that can go on without a turn does so before this: nothing here waits for anything else.
      await new Promise((resolve) => setImmediate(resolve))
      // A pause of somebody who polls is the only other thing there is to wait for.
      for (let pause = 0; running && this.#waiting.length === 0 && pause < LONGEST_PAUSE; pause++) await delay(1)
      if (this.#waiting.length === 0) break
      const choice = this.#choices[this.widths.length] ?? 0
      this.widths.push(this.#waiting.length)
      const [step] = this.#waiting.splice(choice, 1)
      step?.()
    }
    if (running) throw new Error("somebody waits for what never comes")
    await ended
  }
}

/**
 * One process's handle on a shared store: every operation waits for its turn, and is atomic then. With `slowReads` what a
 * read saw waits for a turn too, while others go on. Without `touch`, which would only renew tokens in the background:
 * steps that change nothing, and many times the orders.
 */
export function steppedBackend(
  store: MapBackend,
  turns: Turns,
  { slowReads = false }: { readonly slowReads?: boolean } = {},
): Backend {
  const stepped =
    <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await turns.turn()
      return work(...args)
    }
  const read =
    <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const seen = await stepped(work)(...args)
      if (slowReads) await turns.turn()
      return seen
    }
  const capabilities: Capabilities = store.capabilities
  return {
    name: "stepped",
    capabilities,
    get: read((key: string) => store.get(key)),
    set: stepped((key: string, value: Uint8Array, ttl?: Milliseconds) => store.set(key, value, ttl)),
    delete: stepped((key: string) => store.delete(key)),
    add: stepped((key: string, value: Uint8Array, ttl?: Milliseconds) => store.add(key, value, ttl)),
    incr: stepped((key: string, delta: number) => store.incr(key, delta)),
    deleteIfEqual: stepped((key: string, value: Uint8Array) => store.deleteIfEqual(key, value)),
    replaceIfEqual: stepped((key: string, expected: Uint8Array, value: Uint8Array, ttl?: Milliseconds) =>
      store.replaceIfEqual(key, expected, value, ttl),
    ),
    getMany: read((keys: readonly string[]) => Promise.all(keys.map((key) => store.get(key)))),
    // Not atomic, as on most stores: each entry has its own turn.
    setMany: async (entries: readonly Entry[], ttl?: Milliseconds) => {
      for (const { key, value } of entries) {
        await turns.turn()
        await store.set(key, value, ttl)
      }
    },
    clear: stepped((prefix: string) => store.clear(prefix)),
  }
}

export interface Enumeration {
  readonly interleavings: number
  /** The choices of those after which the scenario was wrong. */
  readonly wrong: readonly (readonly number[])[]
}

/**
 * Runs a scenario under every order of its steps. `scenario` sets everything up anew, runs its actors with the given
 * turns, and answers whether the outcome is wrong.
 */
export async function enumerate(scenario: (turns: Turns) => Promise<boolean>): Promise<Enumeration> {
  const wrong: (readonly number[])[] = []
  let interleavings = 0
  let choices: number[] | undefined = []
  while (choices !== undefined) {
    const turns = new Turns(choices)
    if (await scenario(turns)) wrong.push(choices)
    interleavings++
    choices = nextChoices(choices, turns.widths)
  }
  return { interleavings, wrong }
}

/** The next leaf of the tree of choices, depth first. */
function nextChoices(choices: readonly number[], widths: readonly number[]): number[] | undefined {
  for (let depth = widths.length - 1; depth >= 0; depth--) {
    const choice = choices[depth] ?? 0
    if (choice + 1 < (widths[depth] as number)) {
      const prefix = widths.slice(0, depth).map((_, index) => choices[index] ?? 0)
      return [...prefix, choice + 1]
    }
  }
  return undefined
}

export { MapBackend }

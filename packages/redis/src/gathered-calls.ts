import type { Argument } from "./connection.js"
import type { Turn } from "./turn.js"

/** A call for one key. */
export interface Call {
  readonly key: string
  /** The value, or the number to add. */
  readonly argument: Argument
}

/** Sends one command for the calls. Resolves with their results, in order; an `Error` rejects its call. */
export type SendTogether<Answer> = (calls: readonly Call[]) => Promise<readonly (Answer | Error)[]>

interface GatheredCall<Answer> extends Call {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** More calls, or more bytes of arguments, start another command: a server runs nothing else meanwhile. */
const mostCalls = 128
const mostBytes = 64 * 1024

/**
 * Calls of one kind. Consecutive calls in one turn become one command if there are at least `fewest`; otherwise each is a
 * command of its own.
 */
export class GatheredCalls<Answer> {
  readonly #turn: Turn
  readonly #fewest: number
  readonly #sendTogether: SendTogether<Answer>
  #calls: GatheredCall<Answer>[] = []
  #bytes = 0

  constructor(turn: Turn, fewest: number, sendTogether: SendTogether<Answer>) {
    this.#turn = turn
    this.#fewest = fewest
    this.#sendTogether = sendTogether
  }

  add(key: string, argument: Argument): Promise<Answer> {
    this.#turn.wait(this)
    return new Promise((resolve, reject) => {
      this.#bytes += argument.length
      this.#calls.push({ key, argument, resolve, reject })
      if (this.#calls.length >= mostCalls || this.#bytes >= mostBytes) this.#turn.flush()
    })
  }

  /** Only for the turn, which keeps the order of commands. */
  send(): void {
    const calls = this.#calls
    this.#calls = []
    this.#bytes = 0
    if (calls.length >= this.#fewest) this.#answer(calls)
    else for (const call of calls) this.#answer([call])
  }

  #answer(calls: readonly GatheredCall<Answer>[]): void {
    this.#sendTogether(calls).then(
      (answers) => {
        calls.forEach(({ resolve, reject }, index) => {
          const answer = answers[index]
          if (answer instanceof Error) reject(answer)
          else resolve(answer as Answer)
        })
      },
      (error: unknown) => {
        for (const call of calls) call.reject(error)
      },
    )
  }
}

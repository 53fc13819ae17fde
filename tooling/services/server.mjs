import { setTimeout as sleep } from "node:timers/promises"

const patience = 30_000
const pollInterval = 30

/**
 * @typedef {object} ServerOptions
 * @property {import("./home.mjs").Home} home
 * @property {string} program
 * @property {readonly string[]} args
 * @property {import("./home.mjs").EndingSignal} [signal]
 * @property {() => Promise<boolean>} answers whether it answers a request in its protocol
 */

/**
 * Starts a server and waits until it answers. If it fails, its home is closed.
 *
 * @param {ServerOptions} options
 * @returns {Promise<void>} rejects with the end of its log
 */
export async function startServer({ home, program, args, signal, answers }) {
  const server = home.run(program, args, signal)
  /** @type {string | undefined} */
  let end
  server.ended.then((how) => {
    end = how
  })
  try {
    await until(async () => {
      if (end !== undefined) throw new Error(`${program} ${end}`)
      return (await answers()) && end === undefined
    }, `an answer of ${program}`)
  } catch (error) {
    await home.stop()
    throw startFailure(error instanceof Error ? error.message : String(error), server)
  }
}

/**
 * Runs a program that prepares the home of a server. If it fails, the home is closed.
 *
 * @param {import("./home.mjs").Home} home
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import("./home.mjs").EndingSignal} [signal]
 * @returns {Promise<void>} rejects with the end of its log
 */
export async function prepare(home, program, args, signal) {
  const preparation = home.run(program, args, signal)
  const end = await preparation.ended
  if (end === "ended with exit code 0") return
  await home.stop()
  throw startFailure(`${program} ${end}`, preparation)
}

/**
 * @param {string} reason
 * @param {import("./home.mjs").Resident} resident
 */
function startFailure(reason, { log }) {
  return new Error(`${reason}. It wrote:\n${log() || "(nothing)"}`)
}

/**
 * Polls until the condition is true.
 *
 * @param {() => Promise<boolean>} condition
 * @param {string} what we wait for, for the message when it does not come in time
 * @param {number} [limit] milliseconds
 */
export async function until(condition, what, limit = patience) {
  const deadline = performance.now() + limit
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`No sign of ${what} within ${limit / 1000} s`)
    await sleep(pollInterval)
  }
}

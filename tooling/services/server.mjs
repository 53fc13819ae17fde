import { setTimeout as sleep } from "node:timers/promises"
import { keep } from "./kept-process.mjs"

const startDeadline = 30_000
const pollInterval = 30

/**
 * @typedef {object} ServerOptions
 * @property {import("./kept-process.mjs").Home} home
 * @property {string} program
 * @property {readonly string[]} args
 * @property {"KILL" | "QUIT"} [signal]
 * @property {() => Promise<boolean>} answers asks it something in its own protocol
 */

/**
 * Starts a server and waits until it answers.
 *
 * @param {ServerOptions} options
 * @returns {Promise<import("./kept-process.mjs").KeptProcess>} rejects with the end of its log when it does not get there
 */
export async function startServer({ home, program, args, signal, answers }) {
  const server = keep(home, program, args, signal)
  /** @type {number | undefined} */
  let exitCode
  server.ended.then((code) => {
    exitCode = code
  })
  try {
    await until(async () => {
      if (exitCode !== undefined) throw new Error(`${program} ended with exit code ${exitCode}`)
      return (await answers()) && exitCode === undefined
    }, `an answer of ${program}`)
    return server
  } catch (error) {
    await server.stop()
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${reason}. It wrote:\n${server.log() || "(nothing)"}`, { cause: error })
  }
}

/**
 * Runs a program to its end in the folder of a server that it prepares.
 *
 * @param {import("./kept-process.mjs").Home} home
 * @param {string} program
 * @param {readonly string[]} args
 */
export async function prepare(home, program, args) {
  const preparation = keep(home, program, args)
  const code = await preparation.ended
  if (code === 0) return
  await preparation.stop()
  throw new Error(`${program} ended with exit code ${code}. It wrote:\n${preparation.log() || "(nothing)"}`)
}

/**
 * Asks again and again until the answer is yes.
 *
 * @param {() => Promise<boolean>} condition
 * @param {string} what we wait for, for the message when it does not come in time
 */
export async function until(condition, what) {
  const deadline = performance.now() + startDeadline
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`No sign of ${what} within ${startDeadline / 1000} s`)
    await sleep(pollInterval)
  }
}

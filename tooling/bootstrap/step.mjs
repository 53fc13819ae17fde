import { MissingServiceError } from "../services/missing-service.mjs"
import { CommandError } from "./command.mjs"

/**
 * Shows a title, then how long the work took.
 *
 * @template Answer
 * @param {string} title what happens, without a mark at its end: `Installing the workspace`
 * @param {() => Promise<Answer>} work
 * @returns {Promise<Answer>}
 */
export async function step(title, work) {
  process.stdout.write(`${title} … `)
  const start = performance.now()
  try {
    const answer = await work()
    console.log(`${((performance.now() - start) / 1000).toFixed(1)} s`)
    return answer
  } catch (error) {
    console.log("failed")
    throw error
  }
}

/**
 * Tells a failure to the person at the terminal: what the failing command wrote, then one sentence. A defect of these
 * scripts keeps its stack.
 *
 * @param {unknown} error
 */
export function explain(error) {
  if (error instanceof CommandError) console.error(`${error.output}\n${error.message}`)
  else console.error(error instanceof MissingServiceError ? error.message : error)
}

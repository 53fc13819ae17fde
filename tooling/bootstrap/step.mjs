import { MissingServiceError } from "../services/missing-service.mjs"
import { CommandError } from "./command.mjs"

/**
 * Shows a title, and afterwards how long the work took.
 *
 * @template Answer
 * @param {string} title without a full stop: `Installing the workspace`
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
 * Shows a failure: the output of the failed command, then one sentence. A defect of these scripts is shown with its stack.
 *
 * @param {unknown} error
 */
export function explain(error) {
  if (error instanceof CommandError) console.error(`${error.output}\n${error.message}`)
  else console.error(error instanceof MissingServiceError ? error.message : error)
}

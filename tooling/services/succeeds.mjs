import { execFile } from "node:child_process"

const patience = 5000

/**
 * Whether a program exits with code 0 in reasonable time. Its output is discarded.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env] additions to the environment of this process
 * @returns {Promise<boolean>}
 */
export function succeeds(program, args, env = {}) {
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...process.env, ...env }, timeout: patience }, (error) => resolve(error === null))
  })
}

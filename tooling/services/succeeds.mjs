import { execFile } from "node:child_process"

const patience = 5000

/**
 * Whether a program ends with exit code 0 in reasonable time; what it writes is lost.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env] added to the environment of this process
 * @returns {Promise<boolean>}
 */
export function succeeds(program, args, env = {}) {
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...process.env, ...env }, timeout: patience }, (error) => resolve(error === null))
  })
}

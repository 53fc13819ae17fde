import { delimiter } from "node:path"
import { findOnPath } from "./executable.mjs"
import { MissingServiceError } from "./missing-service.mjs"

/**
 * A program of a service.
 *
 * @typedef {object} Program
 * @property {readonly string[]} names any of them is sufficient; the first is preferred
 * @property {string} package the Debian package that contains it
 * @property {() => readonly string[]} [folders] where to look for it, in addition to the PATH
 */

/**
 * @param {Program} program
 * @returns {string | undefined} its path; undefined when it is not installed
 */
export function findProgram({ names, folders = () => [] }) {
  return findOnPath(names, [process.env.PATH, ...folders()].join(delimiter))
}

/**
 * @param {Program} program
 * @returns {string} its path
 * @throws {MissingServiceError} with the remedy, if it is not installed
 */
export function requireProgram(program) {
  const path = findProgram(program)
  if (path !== undefined) return path
  throw new MissingServiceError(
    `There is no ${program.names[0]}. Install it (on Debian: apt-get install ${program.package}).`,
  )
}

import { findOnPath, isExecutable } from "./executable.mjs"
import { MissingServiceError } from "./missing-service.mjs"

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]

/** The Debian package that contains it. */
export const chromiumPackage = "chromium"

const remedy =
  "Install it (on Debian: apt-get install chromium) or set CHROMIUM_PATH to the program of a Chromium or Chrome."

/**
 * Finds the browser for the browser tests: `CHROMIUM_PATH`, else one on the PATH.
 *
 * @param {{ readonly CHROMIUM_PATH?: string, readonly PATH?: string }} [environment]
 * @returns {string | undefined} the path of the program
 * @throws {MissingServiceError} if `CHROMIUM_PATH` is not a program
 */
export function findChromium(environment = process.env) {
  const chosen = environment.CHROMIUM_PATH
  if (!chosen) return findOnPath(names, environment.PATH ?? "")
  if (isExecutable(chosen)) return chosen
  throw new MissingServiceError(`CHROMIUM_PATH is ${JSON.stringify(chosen)}, where no program is. ${remedy}`)
}

/**
 * @returns {string} the path of the program
 * @throws {MissingServiceError} with the remedy, if there is none
 */
export function requireChromium() {
  const path = findChromium()
  if (path) return path
  throw new MissingServiceError(`The browser tests need Chromium, and there is none. ${remedy}`)
}

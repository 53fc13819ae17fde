import { canInstallPackages, installPackages } from "./apt.mjs"
import { findOnPath, isExecutable } from "./executable.mjs"
import { MissingServiceError } from "./missing-service.mjs"

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]

const remedy =
  "Install it (on Debian: apt-get install chromium) or set CHROMIUM_PATH to the program of a Chromium or Chrome."

/**
 * Finds the browser that the browser tests drive: `CHROMIUM_PATH`, else what the PATH has.
 *
 * @param {{ readonly CHROMIUM_PATH?: string, readonly PATH?: string }} [environment]
 * @returns {string | undefined} the path of the program
 * @throws {MissingServiceError} when `CHROMIUM_PATH` names no program
 */
export function findChromium(environment = process.env) {
  const chosen = environment.CHROMIUM_PATH
  if (!chosen) return findOnPath(names, environment.PATH ?? "")
  if (isExecutable(chosen)) return chosen
  throw new MissingServiceError(`CHROMIUM_PATH is ${JSON.stringify(chosen)}, where no program is. ${remedy}`)
}

/**
 * Installs Chromium from Debian's packages.
 *
 * @returns {Promise<string>} the path of the program
 * @throws {MissingServiceError} naming the remedy where packages cannot be installed
 */
export async function installChromium() {
  if (!canInstallPackages())
    throw new MissingServiceError(`The browser tests need Chromium, and there is none. ${remedy}`)
  await installPackages(["chromium"])
  const path = findChromium()
  if (!path)
    throw new MissingServiceError(`apt-get installed the package chromium, but the PATH has no Chromium. ${remedy}`)
  return path
}

import { canInstallPackages, installPackages } from "./apt.mjs"
import { mariadb } from "./mariadb.mjs"
import { memcached } from "./memcached.mjs"
import { postgres } from "./postgres.mjs"
import { findProgram } from "./program.mjs"
import { redis } from "./redis.mjs"
import { startTogether } from "./start-together.mjs"

/**
 * @typedef {object} Service
 * @property {string} name
 * @property {readonly string[]} variables the environment variables that tell tests where it is
 * @property {readonly import("./program.mjs").Program[]} programs what it is made of
 * @property {() => Promise<RunningService>} start
 */

/**
 * @typedef {object} RunningService
 * @property {Readonly<Record<string, string>>} environment a value for each variable
 * @property {() => Promise<void>} stop ends its processes and removes its folders
 */

/** Every service, by name. @type {readonly Service[]} */
export const services = [redis, memcached, postgres, mariadb]

/**
 * Installs what is missing, where that is possible, and starts the services that the environment does not name yet.
 *
 * @param {readonly Service[]} wanted
 * @returns {Promise<RunningService>} all of them as one
 */
export async function startServices(wanted) {
  const absent = wanted.filter(({ variables }) => !isNamed(variables))
  const packages = missingPackages(absent)
  if (packages.length > 0 && canInstallPackages()) await installPackages(packages)
  const { parts, stop } = await startTogether(absent.map((service) => service.start))
  return { environment: Object.assign({}, ...parts.map(({ environment }) => environment)), stop }
}

/** @param {readonly string[]} variables */
function isNamed(variables) {
  const unset = variables.filter((name) => !process.env[name])
  if (unset.length === 0) return true
  if (unset.length === variables.length) return false
  throw new Error(`Of ${variables.join(" and ")} only some are set: ${unset.join(" and ")} is missing.`)
}

/** @param {readonly Service[]} absent */
function missingPackages(absent) {
  const missing = absent.flatMap(({ programs }) => programs).filter((program) => findProgram(program) === undefined)
  return [...new Set(missing.map((program) => program.package))]
}

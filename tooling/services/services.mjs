import { mariadb } from "./mariadb.mjs"
import { memcached } from "./memcached.mjs"
import { postgres } from "./postgres.mjs"
import { findProgram } from "./program.mjs"
import { redis } from "./redis.mjs"
import { redisCluster } from "./redis-cluster.mjs"
import { redisSentinel } from "./redis-sentinel.mjs"
import { startTogether } from "./start-together.mjs"

/**
 * @typedef {object} Service
 * @property {string} name
 * @property {readonly string[]} variables the environment variables with its addresses for tests
 * @property {readonly import("./program.mjs").Program[]} programs the programs that it needs
 * @property {() => Promise<RunningService>} start
 */

/**
 * @typedef {object} RunningService
 * @property {Readonly<Record<string, string>>} environment a value for each variable
 * @property {() => Promise<void>} stop stops its processes and removes its folders
 */

/** @typedef {Readonly<Record<string, string | undefined>>} Environment */

/** Every service, by name. @type {readonly Service[]} */
export const services = [redis, redisCluster, redisSentinel, memcached, postgres, mariadb]

/**
 * The Debian packages of the missing programs of these services.
 *
 * @param {readonly Service[]} wanted
 * @param {Environment} [environment]
 * @returns {readonly string[]}
 */
export function missingPackages(wanted, environment = process.env) {
  const programs = wanted.filter((service) => isAbsent(service, environment)).flatMap((service) => service.programs)
  const missing = programs.filter((program) => findProgram(program) === undefined)
  return [...new Set(missing.map((program) => program.package))]
}

/**
 * Starts the services for which the environment has no address.
 *
 * @param {readonly Service[]} wanted
 * @param {Environment} [environment]
 * @returns {Promise<RunningService>} all of them as one
 */
export async function startServices(wanted, environment = process.env) {
  const absent = wanted.filter((service) => isAbsent(service, environment))
  const { parts, stop } = await startTogether(absent.map((service) => service.start))
  return { environment: Object.assign({}, ...parts.map((part) => part.environment)), stop }
}

/**
 * @param {Service} service
 * @param {Environment} environment
 */
function isAbsent({ variables }, environment) {
  const unset = variables.filter((name) => !environment[name])
  if (unset.length === 0 || unset.length === variables.length) return unset.length > 0
  throw new Error(`${unset.join(" and ")} must be set too where one of ${variables.join(", ")} is.`)
}

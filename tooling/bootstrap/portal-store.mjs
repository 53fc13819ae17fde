import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import { repositoryRoot } from "./repository-root.mjs"

/**
 * What a store needs that the portal does not bring.
 *
 * @typedef {object} PortalStore
 * @property {string} backend the folder of its package: `packages/redis`
 * @property {string} [driver] the client of its database: `pg`
 */

/** @type {Readonly<Record<string, PortalStore>>} */
const storeByScheme = {
  mariadb: { backend: "packages/database", driver: "mysql2" },
  memcached: { backend: "packages/memcached" },
  memcacheds: { backend: "packages/memcached" },
  mysql: { backend: "packages/database", driver: "mysql2" },
  postgres: { backend: "packages/database", driver: "pg" },
  postgresql: { backend: "packages/database", driver: "pg" },
  redis: { backend: "packages/redis" },
  rediss: { backend: "packages/redis" },
  sqlite: { backend: "packages/database", driver: "better-sqlite3" },
  valkey: { backend: "packages/redis" },
  valkeys: { backend: "packages/redis" },
}

/**
 * The store of a `CACHE_URL`; `undefined` when the portal has all it needs, or will say itself what is wrong.
 *
 * @param {string | undefined} url
 * @param {boolean} [builtInSqlite] whether Node brings a SQLite
 * @returns {PortalStore | undefined}
 */
export function portalStoreOf(url, builtInSqlite = hasBuiltInSqlite()) {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url ?? "")?.[1]?.toLowerCase()
  if (scheme === undefined || !Object.hasOwn(storeByScheme, scheme)) return undefined
  const store = storeByScheme[scheme]
  if (store?.driver === "better-sqlite3" && builtInSqlite) return { backend: store.backend }
  return store
}

/** From Node 22.13 on. */
function hasBuiltInSqlite() {
  try {
    return process.getBuiltinModule?.("node:sqlite") !== undefined
  } catch {
    return false
  }
}

/**
 * How pnpm is told of the packages beside the portal's own.
 *
 * @param {PortalStore | undefined} store
 * @returns {string[]}
 */
export function filtersOf(store) {
  if (store === undefined) return []
  const drivers = store.driver === undefined ? [] : [`./tooling/driver-${store.driver}`]
  return [`./${store.backend}...`, ...drivers].flatMap((filter) => ["--filter-prod", filter])
}

/**
 * Puts what was installed for a store where Node looks for it, as installing it beside the portal would: the portal
 * depends on none of the stores, and a full install does the same for those that work on it.
 *
 * @param {PortalStore | undefined} store
 * @param {string} [root]
 */
export function linkStore(store, root = repositoryRoot) {
  if (store === undefined) return
  const { backend, driver } = store
  const name = backend.replace("packages/", "@larder/")
  link(join(root, backend), join(root, "examples/news-portal/node_modules", name))
  if (driver === undefined) return
  link(join(root, `tooling/driver-${driver}/node_modules`, driver), join(root, backend, "node_modules", driver))
}

/**
 * Puts the portal's template engine where the fragments find it, whose optional peer it is: pnpm installs those of a package
 * of the workspace for nobody, npm beside the application.
 *
 * @param {string} [root]
 */
export function linkEngine(root = repositoryRoot) {
  const engine = join(root, "examples/news-portal/node_modules/liquidjs")
  link(engine, join(root, "packages/fragments/node_modules/liquidjs"))
}

/**
 * @param {string} folder
 * @param {string} place
 */
function link(folder, place) {
  if (existsSync(place)) return
  // One that leads to where nothing is any more.
  rmSync(place, { force: true })
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(realpathSync(folder), place, "junction")
}

import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import { repositoryRoot } from "./repository-root.mjs"

/**
 * The packages for a store that the portal does not depend on.
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
 * The store of a `CACHE_URL`; `undefined` if the portal needs no further packages, or will report that the URL is invalid.
 *
 * @param {string | undefined} url
 * @param {boolean} [builtInSqlite] whether Node has a built-in SQLite
 * @returns {PortalStore | undefined}
 */
export function portalStoreOf(url, builtInSqlite = hasBuiltInSqlite()) {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url ?? "")?.[1]?.toLowerCase()
  if (scheme === undefined || !Object.hasOwn(storeByScheme, scheme)) return undefined
  const store = storeByScheme[scheme]
  if (store?.driver === "better-sqlite3" && builtInSqlite) return { backend: store.backend }
  return store
}

/** Since Node 22.13. */
function hasBuiltInSqlite() {
  try {
    return process.getBuiltinModule?.("node:sqlite") !== undefined
  } catch {
    return false
  }
}

/**
 * The pnpm filters for the packages in addition to the portal's own.
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
 * Links the packages for a store to where Node resolves them from the portal, which does not depend on any store. A full
 * install does the same for developers.
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
 * Links the portal's template engine to where the fragments resolve it, as an optional peer: pnpm does not install the
 * optional peers of workspace packages, while npm installs them next to the application.
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
  // A broken link.
  rmSync(place, { force: true })
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(realpathSync(folder), place, "junction")
}

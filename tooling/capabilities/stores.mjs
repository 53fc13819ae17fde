import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseBackend, fromUrl } from "@larder/database"
import { FilesystemBackend } from "@larder/filesystem"
import { LocmemBackend, LocmemStore } from "@larder/locmem"
import { MemcachedBackend } from "@larder/memcached"
import { RedisBackend } from "@larder/redis"
import { addressOf } from "@larder/services/address"

/** @typedef {import("@larder/conformance").Harness} Harness */
/** @typedef {import("@larder/conformance").StoreAddress} StoreAddress */

/**
 * A store to examine, and its cleanup.
 *
 * @typedef {object} Store
 * @property {Harness} harness
 * @property {() => Promise<void>} remove
 */

const nothing = async () => {}

// The modules with which the packages' own conformance tests open their stores in other processes.
const child = (/** @type {string} */ path) => new URL(`../../packages/${path}`, import.meta.url)

/** @type {Readonly<Record<string, () => Promise<Store>>>} by their columns in the table */
export const stores = {
  locmem: async () => {
    let now = 1_700_000_000_000
    const store = new LocmemStore({ now: () => now })
    const advance = (/** @type {number} */ milliseconds) => {
      now += milliseconds
    }
    return { harness: { create: () => new LocmemBackend({ store }), advance }, remove: nothing }
  },
  filesystem: async () => {
    const directory = mkdtempSync(join(tmpdir(), "larder-"))
    const create = () => new FilesystemBackend({ directory })
    return {
      harness: { create, child: { module: child("filesystem/test/conformance-child.mjs"), data: { directory } } },
      remove: async () => rmSync(directory, { recursive: true, force: true }),
    }
  },
  redis: async () => {
    const url = addressOf("REDIS_URL")
    return {
      harness: {
        create: () => new RedisBackend({ url }),
        child: { module: child("redis/test/conformance-child.mjs"), data: { url } },
        remote: {
          ...placeOf(url),
          create: ({ host, port }) =>
            new RedisBackend({ url: `redis://${host}:${port}`, connectTimeout: 2, replyTimeout: 1 }),
        },
      },
      remove: nothing,
    }
  },
  "redis cluster": async () => {
    const cluster = addressOf("REDIS_CLUSTER_URLS").split(",")
    const [first = placeOf(""), ...others] = cluster.map((url) => placeOf(url))
    /** @type {Harness} */
    const harness = {
      create: () => new RedisBackend({ cluster }),
      child: { module: child("redis/test/conformance-child.mjs"), data: { cluster } },
      remote: {
        ...first,
        others,
        create(address, otherAddresses) {
          const here = [address, ...otherAddresses].map(({ host, port }) => `${host}:${port}`)
          const addressMap = Object.fromEntries(cluster.map((url, index) => [new URL(url).host, here[index] ?? ""]))
          return new RedisBackend({ cluster: here.map((place) => `redis://${place}`), addressMap, replyTimeout: 1 })
        },
      },
    }
    return { harness, remove: nothing }
  },
  memcached: async () => {
    const [url = ""] = addressOf("MEMCACHED_URLS").split(",")
    const { host, port } = placeOf(url)
    const options = { servers: [`${host}:${port}`], requestTimeout: 10_000 }
    return {
      harness: {
        create: () => new MemcachedBackend(options),
        child: { module: child("memcached/test/conformance-child.mjs"), data: options },
        remote: {
          host,
          port,
          create: (proxy) => new MemcachedBackend({ servers: [`${proxy.host}:${proxy.port}`] }),
        },
      },
      remove: nothing,
    }
  },
  sqlite: async () => {
    const directory = mkdtempSync(join(tmpdir(), "larder-"))
    return inTable(`sqlite:${join(directory, "cache.db")}`, undefined, async () =>
      rmSync(directory, { recursive: true, force: true }),
    )
  },
  postgres: async () => {
    const url = addressOf("POSTGRES_URL")
    const { openPostgres } = await import("../../packages/database/dist/open-postgres.js")
    return inTable(url, { defaultPort: 5432, open: openPostgres })
  },
  mysql: async () => {
    const url = addressOf("MYSQL_URL")
    const { openMysql } = await import("../../packages/database/dist/open-mysql.js")
    return inTable(url, { defaultPort: 3306, open: openMysql })
  },
}

/**
 * @typedef {object} DatabaseServer
 * @property {number} defaultPort
 * @property {(url: URL, timeouts: { connect: number, statement: number }) => Promise<import("@larder/database").DatabaseBackendOptions>} open
 */

/**
 * A new table for this run.
 *
 * @param {string} url
 * @param {DatabaseServer} [server]
 * @param {() => Promise<void>} [remove]
 * @returns {Promise<Store>}
 */
async function inTable(url, server, remove = nothing) {
  const table = "larder_capabilities"
  const place = `${url}${url.includes("?") ? "&" : "?"}table=${table}`
  const backend = await fromUrl(place)
  await backend.createTable()
  await backend.close()
  /** @type {Harness} */
  const harness = {
    create: () => fromUrl(place),
    child: { module: child("database/test/child.mjs"), data: place },
    ...(server && {
      remote: {
        ...placeOf(url, server.defaultPort),
        create: async ({ host, port }) => {
          const there = new URL(url)
          there.hostname = host
          there.port = String(port)
          const opened = await server.open(there, { connect: 2_000, statement: 2_000 })
          return new DatabaseBackend({ ...opened, table })
        },
      },
    }),
  }
  return { harness, remove }
}

/**
 * @param {string} url
 * @param {number} [defaultPort]
 * @returns {StoreAddress}
 */
function placeOf(url, defaultPort = 0) {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port || defaultPort) }
}

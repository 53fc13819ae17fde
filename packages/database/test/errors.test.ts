import { once } from "node:events"
import { createServer as createHttpServer } from "node:http"
import { type AddressInfo, createServer, type Server } from "node:net"
import { FaultProxy } from "@larder/conformance"
import { BackendError, Cache } from "@larder/core"
import { addressOf } from "@larder/services/address"
import Database from "better-sqlite3"
import { createPool, type Pool } from "mysql2/promise"
import pg from "pg"
import { describe, expect, it, onTestFinished } from "vitest"
import { DatabaseBackend, DatabaseError, fromUrl } from "../src/index.js"
import { databases, temporaryBackend, temporaryTable } from "./temporary-table.js"

/** The error of a cache whose backend fails. Must contain the location, but not the password, which is "secret". */
async function failureOf(backend: DatabaseBackend, location: string, operationTimeout = 10): Promise<BackendError> {
  const cache = new Cache(backend, { alias: "pages", onError: "throw", operationTimeout })
  onTestFinished(() => cache.close())
  const error: unknown = await cache.get("key").catch((reason: unknown) => reason)
  if (!(error instanceof BackendError)) throw new Error(`Expected a BackendError, got ${String(error)}`)
  expect(error).toMatchObject({ code: "LARDER_BACKEND", alias: "pages", backend: backend.name, operation: "get" })
  expect(error.message).toContain(`get of "key" failed in the ${backend.name} backend of the cache "pages"`)
  expect(error.message).toContain(location)
  expect(error.message).not.toContain("secret")
  return error
}

/** Starts a server that is not a database. Returns its host and port. */
async function hostOf(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const servers = { postgres: "POSTGRES_URL", mysql: "MYSQL_URL" }

describe.each(Object.entries(servers))(
  "an error of %s names the cache, the backend and the address, but no password,",
  (scheme, variable) => {
    const { host, username, password, pathname } = new URL(addressOf(variable))

    it("when the server is down", async () => {
      const server = createServer()
      const address = await hostOf(server)
      server.close()
      await once(server, "close")
      const { cause } = await failureOf(await fromUrl(`${scheme}://user:secret@${address}/news`), address)
      expect(cause).toMatchObject({ code: "ECONNREFUSED" })
    })

    it("when the host does not exist", async () => {
      const backend = await fromUrl(`${scheme}://user:secret@nowhere.invalid/news`)
      const { cause } = await failureOf(backend, "nowhere.invalid")
      expect(cause).toMatchObject({ code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) })
    })

    it("when the password is wrong", async () => {
      const backend = await fromUrl(`${scheme}://${username}:secret@${host}${pathname}`)
      const { cause } = await failureOf(backend, `: ${scheme}://${host}${pathname}?table=larder_cache: `)
      expect(cause).toBeInstanceOf(DatabaseError)
      expect(cause).toMatchObject({ code: expect.stringMatching(/^(28P01|ER_ACCESS_DENIED_ERROR)$/) })
    })

    it("when the database does not exist", async () => {
      const backend = await fromUrl(`${scheme}://${username}:${password}@${host}/nowhere`)
      await failureOf(backend, `${scheme}://${host}/nowhere?table=larder_cache`)
    })

    it("when the server is not a database", async () => {
      const web = await hostOf(createHttpServer((_request, response) => void response.end("hello")))
      const backend = await fromUrl(`${scheme}://user:secret@${web}/news`)
      await failureOf(backend, `${scheme}://${web}/news?table=larder_cache: `)
    })

    it("when the server does not answer within the operationTimeout", async () => {
      const { hostname, port } = new URL(addressOf(variable))
      const proxy = new FaultProxy({ host: hostname, port: Number(port) })
      onTestFinished(() => proxy.close())
      const address = await proxy.listen()
      const location = `${scheme}://${address.host}:${address.port}${pathname}?table=larder_cache`
      const backend = await fromUrl(`${scheme}://${username}:${password}@${address.host}:${address.port}${pathname}`)
      await proxy.inflict({ kind: "silence" })
      const { cause } = await failureOf(backend, ` at ${location}: `, 0.2)
      expect(cause).toMatchObject({ name: "TimeoutError" })
    })
  },
)

describe.each(databases)("an error of %s about the table names the cache, the backend and the database", (kind) => {
  it("when it is missing, and when it is not a cache table", async () => {
    const table = temporaryTable(kind)
    onTestFinished(table.remove)
    const { username, password } = new URL(table.url)
    const shown = table.url.replace(`${username}:${password}@`, "")
    const missing = await failureOf(await fromUrl(table.url), shown)
    expect(missing.cause).toMatchObject({ name: "TableError", code: "TABLE_MISSING" })
    await table.run(`CREATE TABLE ${table.name} (id INTEGER, name VARCHAR(20))`)
    const foreign = await failureOf(await fromUrl(table.url), shown)
    expect(foreign.cause).toMatchObject({ name: "TableError", code: "TABLE_SHAPE" })
  })
})

/** The size of the largest statement that the server accepts, in bytes. */
async function maxPacket(client: Pool): Promise<number> {
  const [rows] = await client.query("SELECT @@max_allowed_packet AS bytes")
  return (rows as { bytes: number }[])[0]?.bytes ?? 0
}

describe("a value that is too large", () => {
  it("is an error in MySQL that names the cache, the backend and the database", async () => {
    const { table } = await temporaryBackend("mysql")
    const client = createPool({ uri: table.database, connectionLimit: 1 })
    onTestFinished(() => client.end())
    const bytes = await maxPacket(client)
    const cache = new Cache(new DatabaseBackend({ client, table: table.name }), {
      alias: "pages",
      onError: "throw",
      operationTimeout: 10,
    })
    const error: unknown = await cache.set("key", "x".repeat(bytes)).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(BackendError)
    expect(String(error)).toContain('in the mysql backend of the cache "pages": mysql://')
    expect(String(error)).toContain(table.name)
    expect(await cache.set("key", "small")).toBeUndefined()
    expect(await cache.get("key")).toBe("small")
  })

  it("is no other than one that would be too large by itself, also in a batch", async () => {
    const { backend, table } = await temporaryBackend("mysql")
    const client = createPool({ uri: table.database, connectionLimit: 1 })
    onTestFinished(() => client.end())
    const value = Buffer.alloc(2 ** 20, "x")
    // Together too large for one statement, in which each byte takes two digits.
    const limit = await maxPacket(client)
    const keys = Array.from({ length: Math.ceil(limit / value.length) }, (_, index) => `key ${index}`)
    await backend.setMany(keys.map((key) => ({ key, value })))
    expect(await backend.stats()).toEqual({ entries: keys.length, bytes: keys.length * value.length })
    // `set` is prepared, and so its value may have more bytes than fit as digits.
    const large = { key: "large", value: Buffer.alloc(Math.floor(limit * 0.6)) }
    await backend.set(large.key, large.value)
    await backend.setMany([large])
  })
})

describe("an error of SQLite names the file", () => {
  it.each(["/nowhere/cache.db", import.meta.dirname, import.meta.filename])(
    "when %s is not a database",
    async (path) => {
      await expect(fromUrl(`sqlite:${path}`)).rejects.toThrow(`sqlite:${path}: `)
      await expect(fromUrl(`sqlite:${path}`)).rejects.toBeInstanceOf(DatabaseError)
    },
  )
})

describe("a client that its owner has closed rejects every call with CLIENT_CLOSED:", () => {
  async function expectClosed(backend: DatabaseBackend, location: string): Promise<void> {
    const { message, cause } = await failureOf(backend, location)
    expect(message).toMatch(/The client was closed by its owner$/)
    expect(cause).toMatchObject({ code: "CLIENT_CLOSED" })
    expect(backend.isRefusal(cause)).toBe(false)
  }

  it("SQLite", async () => {
    const { table } = await temporaryBackend("sqlite")
    const path = table.database
    const client = new Database(path)
    const backend = new DatabaseBackend({ client, table: table.name })
    await backend.ping()
    await backend.get("key")
    client.close()
    await expectClosed(backend, path)
    await expect(backend.ping()).rejects.toMatchObject({ name: "DatabaseError", code: "CLIENT_CLOSED" })
    await expect(backend.setMany([{ key: "key", value: Buffer.of(1) }])).rejects.toThrow(/closed by its owner/)
  })

  it("PostgreSQL", async () => {
    const client = new pg.Pool({ connectionString: addressOf("POSTGRES_URL") })
    await client.end()
    await expectClosed(new DatabaseBackend({ client }), new URL(addressOf("POSTGRES_URL")).host)
  })

  it("MySQL", async () => {
    const client = createPool(addressOf("MYSQL_URL"))
    await client.end()
    await expectClosed(new DatabaseBackend({ client }), new URL(addressOf("MYSQL_URL")).host)
  })
})

describe("a pool that its owner closes while calls are queued for its only connection", () => {
  // Neither the pool nor a cache has a timeout here, so a call that is not rejected would hang.
  it("rejects them in PostgreSQL when the connection is closed", async () => {
    const { table } = await temporaryBackend("postgres")
    const client = new pg.Pool({ connectionString: addressOf("POSTGRES_URL"), max: 1 })
    const backends = Array.from({ length: 20 }, () => new DatabaseBackend({ client, table: table.name }))
    expect(client.listenerCount("remove")).toBe(1)
    const connection = await client.connect()
    const waiting = backends.map((backend) => backend.get("key").catch((error: unknown) => error))
    const ended = client.end()
    expect(await backends[0]?.get("key").catch((error: unknown) => error)).toMatchObject({ code: "CLIENT_CLOSED" })
    expect((await connection.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }])
    connection.release()
    for (const error of await Promise.all(waiting)) expect(error).toMatchObject({ code: "CLIENT_CLOSED" })
    await ended
  })

  it("completes the running call in PostgreSQL", async () => {
    const { backend: writer, table } = await temporaryBackend("postgres")
    await writer.set("key", Buffer.of(1))
    const client = new pg.Pool({ connectionString: addressOf("POSTGRES_URL"), max: 1 })
    const backend = new DatabaseBackend({ client, table: table.name })
    const [running, waiting] = [backend.get("key"), backend.get("key").catch((error: unknown) => error)]
    await client.end()
    expect(await running).toEqual(Buffer.of(1))
    expect(await waiting).toMatchObject({ code: "CLIENT_CLOSED" })
  })

  it("rejects them in PostgreSQL when no connection can be opened", async () => {
    const server = createServer((socket) => void socket.once("data", () => setImmediate(() => socket.destroy())))
    const client = new pg.Pool({ connectionString: `postgres://user:secret@${await hostOf(server)}/news`, max: 1 })
    const backend = new DatabaseBackend({ client })
    const calls = [1, 2].map(() => backend.get("key").catch((error: unknown) => error))
    await client.end()
    const [failed, queued] = await Promise.all(calls)
    expect(failed).toMatchObject({ message: expect.stringContaining("terminated unexpectedly") })
    expect(queued).toMatchObject({ code: "CLIENT_CLOSED" })
  })

  it("rejects them in MySQL immediately", async () => {
    const { table } = await temporaryBackend("mysql")
    const client = createPool({ uri: addressOf("MYSQL_URL"), connectionLimit: 1 })
    const backend = new DatabaseBackend({ client, table: table.name })
    const connection = await client.getConnection()
    const waiting = backend.get("key").catch((error: unknown) => error)
    const ended = client.end()
    expect(await waiting).toMatchObject({ code: "CLIENT_CLOSED" })
    connection.release()
    await ended
  })
})

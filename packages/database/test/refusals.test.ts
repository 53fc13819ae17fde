import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { Cache } from "@larder/core"
import { addressOf } from "@larder/services/address"
import Database from "better-sqlite3"
import { createPool } from "mysql2/promise"
import pg from "pg"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { DatabaseBackend, fromUrl } from "../src/index.js"
import {
  type DatabaseKind,
  databases,
  type TemporaryTable,
  temporaryBackend,
  temporaryTable,
} from "./temporary-table.js"

/** More failures than open the circuit breaker of a cache. */
const manyCalls = 20

function cacheOn(backend: DatabaseBackend): Cache {
  const cache = new Cache(backend, { operationTimeout: 10 })
  onTestFinished(() => cache.close())
  return cache
}

/** A backend for the table whose connections are read-only. */
function readOnlyBackend(kind: DatabaseKind, { database, name: table }: TemporaryTable): DatabaseBackend {
  if (kind === "sqlite") {
    const client = new Database(database, { readonly: true })
    return new DatabaseBackend({ client, table, release: () => client.close() })
  }
  if (kind === "postgres") {
    const options = "-c default_transaction_read_only=on"
    const client = new pg.Pool({ connectionString: database, options })
    return new DatabaseBackend({ client, table, release: () => client.end() })
  }
  const client = createPool(database)
  client.on("connection", (connection) => void connection.query("SET SESSION TRANSACTION READ ONLY"))
  return new DatabaseBackend({ client, table, release: () => client.end() })
}

describe.each(databases)("%s that rejects statements", (kind) => {
  it("serves reads while it is read-only, with one warning", async () => {
    const { backend, table } = await temporaryBackend(kind)
    await cacheOn(backend).set("kept", "value")
    const emitWarning = vi.spyOn(process, "emitWarning").mockImplementation(() => {})
    onTestFinished(() => emitWarning.mockRestore())
    const reading = readOnlyBackend(kind, table)
    const cache = cacheOn(reading)
    for (let call = 0; call < manyCalls; call++) await cache.set(`key:${call}`, call)
    expect(await cache.get("kept")).toBe("value")
    expect(emitWarning).toHaveBeenCalledTimes(1)
    expect(emitWarning.mock.calls[0]?.[1]).toMatchObject({ code: "LARDER_REFUSAL" })
    const error: unknown = await reading.delete("kept").catch((reason: unknown) => reason)
    expect(String(error)).toMatch(/read-?only|READ ONLY/)
    expect(reading.isRefusal(error)).toBe(true)
  })

  it("works as soon as the table exists", async () => {
    vi.spyOn(process, "emitWarning").mockImplementation(() => {})
    onTestFinished(() => void vi.restoreAllMocks())
    const table = temporaryTable(kind)
    const backend = await fromUrl(table.url)
    onTestFinished(() => table.remove())
    const cache = cacheOn(backend)
    for (let call = 0; call < manyCalls; call++) expect(await cache.get("key")).toBeUndefined()
    await backend.createTable()
    await cache.set("key", "value")
    expect(await cache.get("key")).toBe("value")
  })
})

describe.each([
  ["postgres", "POSTGRES_URL"],
  ["mysql", "MYSQL_URL"],
])("%s that is unavailable has not rejected a statement", (scheme, variable) => {
  const { host, username, pathname } = new URL(addressOf(variable))

  async function errorAt(url: string): Promise<readonly [DatabaseBackend, unknown]> {
    const backend = await fromUrl(url)
    onTestFinished(() => backend.close())
    return [backend, await backend.get("key").catch((error: unknown) => error)]
  }

  it("when it is down", async () => {
    const server = createServer().listen(0, "127.0.0.1")
    await once(server, "listening")
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, "close")
    const [backend, error] = await errorAt(`${scheme}://user:secret@127.0.0.1:${port}/news`)
    expect(error).toMatchObject({ code: "ECONNREFUSED" })
    expect(backend.isRefusal(error)).toBe(false)
  })

  it("when the user has too many connections", async () => {
    const backend = await fromUrl(`${scheme}://${username}:wrong@${host}${pathname}`)
    onTestFinished(() => backend.close())
    // As the servers report it. To set such a limit takes an administrator.
    const error = { postgres: { code: "53300" }, mysql: { code: "ER_USER_LIMIT_REACHED", sqlState: "42000" } }[scheme]
    expect(backend.isRefusal(Object.assign(new Error("too many connections"), error))).toBe(false)
  })

  it("when the password is wrong", async () => {
    const [backend, error] = await errorAt(`${scheme}://${username}:wrong@${host}${pathname}`)
    expect(error).toMatchObject({ code: expect.stringMatching(/^(28P01|ER_ACCESS_DENIED_ERROR)$/) })
    expect(backend.isRefusal(error)).toBe(false)
  })
})

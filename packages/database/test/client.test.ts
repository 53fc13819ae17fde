import Database from "better-sqlite3"
import { createPool, type PoolOptions } from "mysql2/promise"
import pg from "pg"
import { describe, expect, it, onTestFinished } from "vitest"
import { DatabaseBackend, fromUrl } from "../src/index.js"
import { temporaryBackend, temporaryTable } from "./temporary-table.js"
import { bytes, text } from "./text-value.js"

const closedPort = "127.0.0.1:9"

describe("a client in the options", () => {
  it("stays open when the backend is closed", async () => {
    const sqlite = new Database(":memory:")
    const { table: postgresTable } = await temporaryBackend("postgres")
    const { table: mysqlTable } = await temporaryBackend("mysql")
    const postgres = new pg.Pool({ connectionString: postgresTable.database })
    const mysql = createPool(mysqlTable.database)
    onTestFinished(async () => {
      await Promise.all([postgres.end(), mysql.end()])
    })
    for (const [client, table] of [
      [sqlite, "cache"],
      [postgres, postgresTable.name],
      [mysql, mysqlTable.name],
    ] as const) {
      const backend = new DatabaseBackend({ client, table })
      await backend.createTable()
      await backend.close()
      const another = new DatabaseBackend({ client, table })
      await another.set("key", bytes("value"))
      expect(text(await another.get("key"))).toBe("value")
      await another.close()
    }
    sqlite.close()
  })

  it("keeps its settings and gets no listeners", async () => {
    const sqlite = new Database(":memory:")
    const before = sqlite.pragma("journal_mode")
    await new DatabaseBackend({ client: sqlite }).createTable()
    expect(sqlite.pragma("journal_mode")).toEqual(before)
    const pool = new pg.Pool({ connectionString: "postgres://localhost/news" })
    new DatabaseBackend({ client: pool })
    expect(pool.listenerCount("error")).toBe(0)
    await pool.end()
  })

  it("may count only changed rows: a write that changes nothing still finds its entry", async () => {
    const { table } = await temporaryBackend("mysql")
    const uri = table.database
    const client = createPool({ uri, flags: ["-FOUND_ROWS"], connectionLimit: 1 })
    onTestFinished(() => client.end())
    await client.query("SET timestamp = 1700000000") // Stops the clock of this connection.
    const backend = new DatabaseBackend({ client, table: table.name })
    await backend.set("key", bytes("value"), 60_000)
    expect(await backend.touch("key", 60_000)).toBe(true)
    expect(await backend.replaceIfEqual("key", bytes("value"), bytes("value"), 60_000)).toBe(true)
    expect(await backend.replaceIfEqual("key", bytes("other"), bytes("value"), 60_000)).toBe(false)
    expect(await backend.replaceIfEqual("none", bytes("value"), bytes("value"), 60_000)).toBe(false)
    expect(await backend.ttl("key")).toBe(60_000)
  })

  it("may not leave writes uncommitted: they are rolled back and rejected", async () => {
    const { backend, table } = await temporaryBackend("mysql")
    const client = createPool({ uri: table.database, connectionLimit: 1 })
    onTestFinished(() => client.end())
    client.on("connection", (connection) => void connection.query("SET autocommit = 0"))
    const uncommitted = new DatabaseBackend({ client, table: table.name })
    await backend.set("key", bytes("1"))
    for (const write of [
      () => uncommitted.set("key", bytes("2")),
      () => uncommitted.setMany([{ key: "key", value: bytes("3") }]),
      () => uncommitted.incr("key", 3),
      () => uncommitted.deleteMany(["key"]),
    ]) {
      const error: unknown = await write().catch((reason: unknown) => reason)
      expect(error).toMatchObject({ name: "DatabaseError", code: "UNCOMMITTED" })
      expect(String(error)).toContain("autocommit is off")
      expect(uncommitted.isRefusal(error)).toBe(true)
    }
    expect(text(await uncommitted.get("key"))).toBe("1")
    // Would wait for the lock of a write that is still open.
    expect(await backend.incr("key", 1)).toBe(2)
  })

  it("may lose its prepared statements, as behind a pooler", async () => {
    const { table } = await temporaryBackend("postgres")
    const client = new pg.Pool({ connectionString: table.database, max: 1 })
    onTestFinished(() => client.end())
    const backend = new DatabaseBackend({ client, table: table.name })
    const prepared = async () => (await client.query("SELECT name FROM pg_prepared_statements")).rows.length
    await backend.set("key", bytes("value"))
    expect(text(await backend.get("key"))).toBe("value")
    expect(await prepared()).toBe(2)
    await client.query("DEALLOCATE ALL")
    await backend.set("key", bytes("other"))
    expect(text(await backend.get("key"))).toBe("other")
    expect(await prepared()).toBe(0)
  })

  it("may share its server sessions with other clients, as behind a pooler", async () => {
    const { table } = await temporaryBackend("postgres")
    const [first, second] = [1, 2].map(() => new pg.Pool({ connectionString: table.database, max: 1 }))
    if (first === undefined || second === undefined) throw new Error("no pools")
    onTestFinished(async () => void (await Promise.all([first.end(), second.end()])))
    await new DatabaseBackend({ client: first, table: table.name }).set("key", bytes("value"))
    const { rows } = await first.query<{ name: string }>("SELECT name FROM pg_prepared_statements")
    expect(rows).toHaveLength(1)
    // Another client has prepared the statement in this session.
    await second.query(`PREPARE ${rows[0]?.name} AS SELECT 1`)
    const backend = new DatabaseBackend({ client: second, table: table.name })
    await backend.set("key", bytes("other"))
    expect(text(await backend.get("key"))).toBe("other")
  })

  it("has prepared statements for single entries in MySQL", async () => {
    const { table } = await temporaryBackend("mysql")
    const client = createPool({ uri: table.database, connectionLimit: 1 })
    onTestFinished(() => client.end())
    const backend = new DatabaseBackend({ client, table: table.name })
    const counted = async (name: string) => {
      const [rows] = await client.query(`SHOW SESSION STATUS LIKE '${name}'`)
      return Number((rows as { Value: string }[])[0]?.Value)
    }
    await backend.set("key", bytes("value"))
    for (let call = 0; call < 5; call++) expect(text(await backend.get("key"))).toBe("value")
    // One more checks that bytes arrive intact.
    expect(await counted("Com_stmt_execute")).toBe(7)
    expect(await counted("Com_stmt_prepare")).toBe(3)
  })

  it("has a bounded number of prepared statements, whatever the calls", async () => {
    const { table } = await temporaryBackend("postgres")
    const client = new pg.Pool({ connectionString: table.database, max: 1 })
    onTestFinished(() => client.end())
    const backend = new DatabaseBackend({ client, table: table.name })
    for (let count = 1; count <= 20; count++) {
      const keys = Array.from({ length: count }, (_, index) => `key:${index}`)
      await backend.setMany(keys.map((key) => ({ key, value: bytes("1") })))
      await backend.getMany(keys)
      await backend.deleteMany(keys)
      for await (const _key of backend.keys("key:")) throw new Error("nothing is left")
      await backend.clear("key:")
    }
    expect((await client.query("SELECT name FROM pg_prepared_statements")).rows.length).toBe(2)
  })

  it.each<[string, PoolOptions]>([
    ["rows that are arrays", { rowsAsArray: true }],
    ["an object for each table", { nestTables: true }],
    ["columns named after their table", { nestTables: "_" }],
    ["large integers as strings", { supportBigNumbers: true, bigNumberStrings: true }],
    ["every value as bytes", { typeCast: false }],
    ["every value as a string", { typeCast: (field: { string(): string | null }) => field.string() }],
  ])("of mysql2 may return %s to the application", async (_results, options) => {
    const { table } = await temporaryBackend("mysql")
    const client = createPool({ uri: table.database, ...options })
    onTestFinished(() => client.end())
    const backend = new DatabaseBackend({ client, table: table.name })
    await backend.ping()
    await backend.setMany([
      { key: "text", value: bytes("value") },
      { key: "count", value: bytes("1") },
    ])
    expect(text(await backend.get("text"))).toBe("value")
    expect(await backend.getMany(["text", "none"])).toEqual([Buffer.from("value"), undefined])
    expect(await backend.incr("count", -5)).toBe(-4)
    expect(await backend.touch("text", 60_000)).toBe(true)
    expect(await backend.ttl("text")).toBeGreaterThan(0)
    expect(await backend.stats()).toEqual({ entries: 2, bytes: 7 })
  })

  it("is closed by the option release, once", async () => {
    let ends = 0
    const client = new Database(":memory:")
    const backend = new DatabaseBackend({ client, release: () => (ends += 1) })
    await Promise.all([backend.close(), backend.close()])
    await backend.close()
    expect(ends).toBe(1)
  })
})

describe("the location", () => {
  it("names the database and the table, and no user", async () => {
    const table = temporaryTable("sqlite")
    const backend = await fromUrl(table.url)
    expect(backend.location).toBe(table.url)
    await backend.close()
    await table.remove()
    for (const [url, location] of [
      ["postgres://news:secret@localhost/news", "postgres://localhost:5432/news?table=larder_cache"],
      ["mariadb://news:secret@localhost:3307/news?table=c", "mysql://localhost:3307/news?table=c"],
    ] as const) {
      const backend = await fromUrl(url)
      expect(backend.location).toBe(location)
      await backend.close()
    }
    expect(new DatabaseBackend({ client: new Database(":memory:") }).location).toBeUndefined()
  })
})

describe("a server that is down", () => {
  it.each(["postgres", "mysql"])("is an error for every call to %s, without the password", async (scheme) => {
    const backend = await fromUrl(`${scheme}://news:hunter2@${closedPort}/news`)
    const errors = await Promise.all(
      Array.from({ length: 20 }, () => backend.get("key").catch((error: unknown) => error)),
    )
    for (const error of errors) {
      expect(error).toMatchObject({ code: "ECONNREFUSED" })
      expect(String(error)).not.toContain("hunter2")
    }
    await backend.close()
  })
})

describe("a connection that the server closes", () => {
  it("while idle does not crash the process, and the next call gets another one", async () => {
    const { backend, table } = await temporaryBackend("postgres")
    await backend.set("key", bytes("value"))
    await table.run(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%${table.name}%' AND pid <> pg_backend_pid()`,
    )
    await expect.poll(() => backend.get("key").catch(() => undefined)).toEqual(Buffer.from("value"))
  })

  it("is replaced in a pool of mysql2", async () => {
    const { table } = await temporaryBackend("mysql")
    const pool = createPool({ uri: table.database, connectionLimit: 1 })
    onTestFinished(() => pool.end())
    const backend = new DatabaseBackend({ client: pool, table: table.name })
    await backend.set("key", bytes("value"))
    await expect(pool.query("KILL CONNECTION_ID()")).rejects.toThrow()
    await expect.poll(() => backend.get("key").catch(() => undefined)).toEqual(Buffer.from("value"))
  })
})

import Database from "better-sqlite3"
import { describe, expect, it, onTestFinished } from "vitest"
import { DatabaseBackend, fromUrl, TableError } from "../src/index.js"
import { databases, temporaryBackend, temporaryTable } from "./temporary-table.js"
import { bytes, text } from "./text-value.js"

describe.each(databases)("the table in %s", (kind) => {
  /** A backend whose table does not exist. */
  async function withoutTable() {
    const table = temporaryTable(kind)
    const backend = await fromUrl(table.url)
    onTestFinished(async () => {
      await backend.close()
      await table.remove()
    })
    return { backend, table }
  }

  it("is created once, and then reported to exist", async () => {
    const { backend } = await withoutTable()
    const first = await backend.createTable()
    expect(first.existed).toBe(false)
    await backend.set("key", bytes("value"))
    expect(await backend.createTable()).toEqual({ existed: true, sql: first.sql })
    expect(text(await backend.get("key"))).toBe("value")
  })

  it("is not created in a dry run, which returns the SQL that creates it", async () => {
    const { backend, table } = await withoutTable()
    const { existed, sql } = await backend.createTable({ dryRun: true })
    expect(existed).toBe(false)
    await expect(backend.ping()).rejects.toThrow(TableError)
    for (const statement of sql.split(";\n").slice(0, -1)) await table.run(statement)
    expect(await backend.createTable({ dryRun: true })).toEqual({ existed: true, sql })
    await backend.set("key", bytes("value"))
    expect(text(await backend.get("key"))).toBe("value")
  })

  it("is created once when several backends create it at the same time", async () => {
    const { backend, table } = await withoutTable()
    const others = await Promise.all(Array.from({ length: 4 }, () => fromUrl(table.url)))
    const results = await Promise.all([backend, ...others].map((each) => each.createTable()))
    expect(results).toHaveLength(5)
    await backend.set("key", bytes("value"))
    await Promise.all(others.map((other) => other.close()))
  })

  it("is reported if it is missing, by every method, with how to create it", async () => {
    const { backend, table } = await withoutTable()
    const calls: (() => Promise<unknown>)[] = [
      () => backend.get("key"),
      () => backend.set("key", bytes("1")),
      () => backend.add("key", bytes("1")),
      () => backend.delete("key"),
      () => backend.touch("key", 5),
      () => backend.incr("key", 1),
      () => backend.deleteIfEqual("key", bytes("1")),
      () => backend.replaceIfEqual("key", bytes("1"), bytes("2")),
      () => backend.getMany(["key"]),
      () => backend.setMany([{ key: "key", value: bytes("1") }]),
      () => backend.deleteMany(["key"]),
      () => backend.clear(""),
      () => backend.keys("").next(),
      () => backend.ttl("key"),
      () => backend.prune(),
      () => backend.stats(),
      () => backend.ping(),
    ]
    for (const call of calls) {
      const error = await call().catch((error: unknown) => error)
      expect(error).toBeInstanceOf(TableError)
      expect(error).toMatchObject({ code: "TABLE_MISSING", table: table.name, cause: expect.any(Error) })
      expect((error as Error).message).toContain("larder createcachetable")
      expect((error as Error).message).toContain("await backend.createTable()")
    }
  })

  it("is reported if its name belongs to another table, and left unchanged", async () => {
    const { backend, table } = await withoutTable()
    await table.run(`CREATE TABLE ${table.name} (id INTEGER, name VARCHAR(20))`)
    for (const call of [() => backend.createTable(), () => backend.get("key"), () => backend.set("key", bytes("1"))]) {
      await expect(call()).rejects.toMatchObject({ name: "TableError", code: "TABLE_SHAPE" })
    }
    await table.run(`INSERT INTO ${table.name} (id, name) VALUES (1, 'mine')`)
  })

  it("is reported if it has another column that must not be null", async () => {
    const { backend, table } = await withoutTable()
    const type = { sqlite: "BLOB", postgres: "bytea", mysql: "VARBINARY(100)" }[kind]
    const columns = `cache_key ${type} PRIMARY KEY, value ${type}, expires_at BIGINT, written_at BIGINT, more BIGINT NOT NULL`
    await table.run(`CREATE TABLE ${table.name} (${columns})`)
    for (const call of [() => backend.set("key", bytes("1")), () => backend.add("key", bytes("1"))]) {
      await expect(call()).rejects.toMatchObject({ name: "TableError", code: "TABLE_SHAPE" })
    }
  })

  it("may have an unusual name", async () => {
    const { backend, table } = await withoutTable()
    for (const suffix of [" of cachés", "-ORDER", "$"]) {
      const unusual = await fromUrl(table.url + encodeURIComponent(suffix))
      const quote = kind === "mysql" ? "`" : '"'
      onTestFinished(async () => {
        await table.run(`DROP TABLE IF EXISTS ${quote}${table.name}${suffix}${quote}`)
      })
      await unusual.createTable()
      await unusual.set("key", bytes(suffix))
      expect(await unusual.add("key", bytes("no"))).toBe(false)
      expect(text(await unusual.get("key"))).toBe(suffix)
      expect(await unusual.prune()).toBe(0)
      await unusual.clear("k")
      expect(await unusual.stats()).toEqual({ entries: 0, bytes: 0 })
      await unusual.close()
    }
    await expect(backend.ping()).rejects.toThrow(TableError)
  })

  it("may be named with its schema", async () => {
    const { backend, table } = await temporaryBackend(kind)
    const schema = kind === "sqlite" ? "main" : kind === "postgres" ? "public" : new URL(table.url).pathname.slice(1)
    const qualified = await fromUrl(table.url.replace("?table=", `?table=${schema}.`))
    expect((await qualified.createTable()).existed).toBe(true)
    await qualified.set("key", bytes("value"))
    expect(text(await backend.get("key"))).toBe("value")
    await qualified.close()
  })

  it("cannot be created in a missing schema, which is the error of the database", async () => {
    const table = temporaryTable(kind)
    const backend = await fromUrl(table.url.replace("?table=", "?table=no_such_schema."))
    await expect(backend.createTable()).rejects.not.toThrow(TableError)
    await backend.close()
    await table.remove()
  })
})

describe("a table's name in SQL", () => {
  it("is quoted, so that it cannot inject SQL", async () => {
    const client = new Database(":memory:")
    client.exec("CREATE TABLE users (name)")
    const backend = new DatabaseBackend({ client, table: "users-- ".trim() })
    await backend.createTable()
    expect(client.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").all()).toEqual([
      { name: "users" },
      { name: "users--" },
    ])
  })
})

import Database from "better-sqlite3"
import { describe, expect, it, onTestFinished } from "vitest"
import { DatabaseBackend, fromUrl, TableError } from "../src/index.js"
import { databases, temporaryBackend, temporaryTable } from "./temporary-table.js"
import { bytes, text } from "./text-value.js"

describe.each(databases)("the table in %s", (kind) => {
  /** A backend on a table that is not there. */
  async function withoutTable() {
    const place = temporaryTable(kind)
    const backend = await fromUrl(place.url)
    onTestFinished(async () => {
      await backend.close()
      await place.remove()
    })
    return { backend, place }
  }

  it("is made once, and whoever asks again is told that it is there", async () => {
    const { backend } = await withoutTable()
    const first = await backend.createTable()
    expect(first.existed).toBe(false)
    await backend.set("key", bytes("value"))
    expect(await backend.createTable()).toEqual({ existed: true, sql: first.sql })
    expect(text(await backend.get("key"))).toBe("value")
  })

  it("is only shown in a dry run, as SQL that makes it", async () => {
    const { backend, place } = await withoutTable()
    const { existed, sql } = await backend.createTable({ dryRun: true })
    expect(existed).toBe(false)
    await expect(backend.ping()).rejects.toThrow(TableError)
    for (const statement of sql.split(";\n").slice(0, -1)) await place.run(statement)
    expect(await backend.createTable({ dryRun: true })).toEqual({ existed: true, sql })
    await backend.set("key", bytes("value"))
    expect(text(await backend.get("key"))).toBe("value")
  })

  it("is made by one of many who make it at the same time", async () => {
    const { backend, place } = await withoutTable()
    const others = await Promise.all(Array.from({ length: 4 }, () => fromUrl(place.url)))
    const made = await Promise.all([backend, ...others].map((each) => each.createTable()))
    expect(made).toHaveLength(5)
    await backend.set("key", bytes("value"))
    await Promise.all(others.map((other) => other.close()))
  })

  it("that is missing is an error that says how to make it, in every method", async () => {
    const { backend, place } = await withoutTable()
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
      expect(error).toMatchObject({ code: "TABLE_MISSING", table: place.table, cause: expect.any(Error) })
      expect((error as Error).message).toContain("larder createcachetable")
      expect((error as Error).message).toContain("await backend.createTable()")
    }
  })

  it("that is somebody else's is an error, and stays as it is", async () => {
    const { backend, place } = await withoutTable()
    await place.run(`CREATE TABLE ${place.table} (id INTEGER, name VARCHAR(20))`)
    for (const call of [() => backend.createTable(), () => backend.get("key"), () => backend.set("key", bytes("1"))]) {
      await expect(call()).rejects.toMatchObject({ name: "TableError", code: "TABLE_SHAPE" })
    }
    await place.run(`INSERT INTO ${place.table} (id, name) VALUES (1, 'mine')`)
  })

  it("that has a column more which must be filled is an error of its shape", async () => {
    const { backend, place } = await withoutTable()
    const type = { sqlite: "BLOB", postgres: "bytea", mysql: "VARBINARY(100)" }[kind]
    const columns = `cache_key ${type} PRIMARY KEY, value ${type}, expires_at BIGINT, written_at BIGINT, more BIGINT NOT NULL`
    await place.run(`CREATE TABLE ${place.table} (${columns})`)
    for (const call of [() => backend.set("key", bytes("1")), () => backend.add("key", bytes("1"))]) {
      await expect(call()).rejects.toMatchObject({ name: "TableError", code: "TABLE_SHAPE" })
    }
  })

  it("may have an odd name", async () => {
    const { backend, place } = await withoutTable()
    for (const suffix of [" of cachés", "-ORDER", "$"]) {
      const odd = await fromUrl(place.url + encodeURIComponent(suffix))
      const quote = kind === "mysql" ? "`" : '"'
      onTestFinished(async () => {
        await place.run(`DROP TABLE IF EXISTS ${quote}${place.table}${suffix}${quote}`)
      })
      await odd.createTable()
      await odd.set("key", bytes(suffix))
      expect(await odd.add("key", bytes("no"))).toBe(false)
      expect(text(await odd.get("key"))).toBe(suffix)
      expect(await odd.prune()).toBe(0)
      await odd.clear("k")
      expect(await odd.stats()).toEqual({ entries: 0, bytes: 0 })
      await odd.close()
    }
    await expect(backend.ping()).rejects.toThrow(TableError)
  })

  it("may be named with its schema", async () => {
    const { backend, place } = await temporaryBackend(kind)
    const schema = kind === "sqlite" ? "main" : kind === "postgres" ? "public" : new URL(place.url).pathname.slice(1)
    const qualified = await fromUrl(place.url.replace("?table=", `?table=${schema}.`))
    expect((await qualified.createTable()).existed).toBe(true)
    await qualified.set("key", bytes("value"))
    expect(text(await backend.get("key"))).toBe("value")
    await qualified.close()
  })

  it("cannot be made in a schema that is not there, which is the database's own error", async () => {
    const place = temporaryTable(kind)
    const backend = await fromUrl(place.url.replace("?table=", "?table=no_such_schema."))
    await expect(backend.createTable()).rejects.not.toThrow(TableError)
    await backend.close()
    await place.remove()
  })
})

describe("a table's name in SQL", () => {
  it("is quoted, so that nothing else can be made of it", async () => {
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

import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { KeyvSqlite } from "@keyv/sqlite"
import { testBackend } from "@larder/conformance/vitest"
import Database from "better-sqlite3"
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { DatabaseBackend, type KeyvSqliteAdapter, TableError } from "../src/index.js"
import { bytes, text } from "./text-value.js"

const folder = mkdtempSync(join(tmpdir(), "larder-"))
afterAll(() => rmSync(folder, { recursive: true }))

interface Closable extends KeyvSqliteAdapter {
  close(): Promise<unknown>
}

/** Version 6, on better-sqlite3. That of version 4 takes a minute to compile. */
function versionSix(path: string): Closable {
  return new KeyvSqlite({ uri: `sqlite://${path}`, driver: "better-sqlite3", busyTimeout: 5_000, wal: true })
}

/** Has the interface of version 4: passes parameters on to SQLite unchanged, and returns rows only. */
function versionFour(path: string): Closable {
  const database = new Database(path, { timeout: 5_000 })
  database.pragma("journal_mode = WAL")
  return {
    opts: { db: path },
    async query(sql, ...parameters) {
      const statement = database.prepare(sql)
      if (statement.reader) return statement.all(...parameters)
      statement.run(...parameters)
      return []
    },
    close: async () => database.close(),
  }
}

for (const [name, open] of Object.entries({ "version 6": versionSix, "the shape of version 4": versionFour })) {
  const path = join(folder, `${name}.db`)
  const create = () => {
    const client = open(path)
    return new DatabaseBackend({ client, release: () => client.close() })
  }
  describe(`an adapter of @keyv/sqlite, ${name}`, () => {
    beforeAll(async () => {
      const backend = create()
      await backend.createTable()
      await backend.close()
    })
    testBackend(`@keyv/sqlite, ${name}`, {
      create,
      child: { module: new URL("keyv-sqlite-child.mjs", import.meta.url), data: path },
    })
  })
}

describe("an adapter of @keyv/sqlite", () => {
  function opened(path: string): { client: Closable; backend: DatabaseBackend } {
    const client = versionSix(path)
    onTestFinished(async () => void (await client.close()))
    return { client, backend: new DatabaseBackend({ client }) }
  }

  it("stays open, and works for Keyv and the backend at the same time", async () => {
    const { client, backend } = opened(join(folder, "shared.db"))
    const keyv = client as unknown as KeyvSqlite
    await backend.createTable()
    await keyv.set("key", "of Keyv")
    await backend.set("key", bytes("of Larder"))
    await backend.close()
    expect(await keyv.get("key")).toBe("of Keyv")
    expect(text(await new DatabaseBackend({ client }).get("key"))).toBe("of Larder")
  })

  it("has a location, unless it is in memory", () => {
    const path = join(folder, "located.db")
    expect(opened(path).backend.location).toBe(`sqlite:${path}?table=larder_cache`)
    expect(opened(":memory:").backend.location).toBeUndefined()
  })

  it("rejects with a TableError if the table is missing", async () => {
    const { backend } = opened(":memory:")
    for (const call of [() => backend.get("key"), () => backend.set("key", bytes("1")), () => backend.delete("key")]) {
      await expect(call()).rejects.toThrow(TableError)
    }
  })

  it("is refused if the database is in UTF-16", async () => {
    const path = join(folder, "utf-16.db")
    const database = new Database(path)
    database.pragma("encoding = 'UTF-16le'")
    database.exec("CREATE TABLE other (id INTEGER)")
    database.close()
    const { backend } = opened(path)
    for (const call of [() => backend.ping(), () => backend.createTable(), () => backend.getMany(["key"])]) {
      await expect(call()).rejects.toMatchObject({ name: "DatabaseError", code: "DATABASE_ENCODING" })
    }
  })
})

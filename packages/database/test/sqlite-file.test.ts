import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Database from "better-sqlite3"
import { describe, expect, it, onTestFinished } from "vitest"
import { DatabaseBackend, DatabaseError, fromUrl } from "../src/index.js"
import { useWriteAheadLog } from "../src/open-sqlite.js"
import { SqliteConnection } from "../src/sqlite-client.js"
import { SqliteFile } from "../src/sqlite-file.js"
import { bytes, text } from "./text-value.js"

function temporaryPath(): string {
  const directory = mkdtempSync(join(tmpdir(), "larder-"))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, "cache.db")
}

async function refusalOf(backend: DatabaseBackend, call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return backend.isRefusal(error) ? error : undefined
}

describe("a missing file", () => {
  it("is created with the table only", async () => {
    const path = temporaryPath()
    const backend = await fromUrl(`sqlite:${path}`)
    onTestFinished(() => backend.close())
    for (const call of [() => backend.ping(), () => backend.get("key"), () => backend.set("key", bytes("value"))]) {
      await expect(call()).rejects.toMatchObject({ code: "TABLE_MISSING", cause: { message: expect.any(String) } })
    }
    expect((await backend.createTable({ dryRun: true })).existed).toBe(false)
    expect(existsSync(path)).toBe(false)
    expect((await backend.createTable()).existed).toBe(false)
    await backend.set("key", bytes("value"))
    expect(text(backend.getSync?.("key"))).toBe("value")
    const other = new Database(path)
    expect(other.pragma("journal_mode", { simple: true })).toBe("wal")
    other.close()
  })

  it("is opened once another process has created it", async () => {
    const path = temporaryPath()
    const [backend, other] = await Promise.all([fromUrl(`sqlite:${path}`), fromUrl(`sqlite:${path}`)])
    await expect(backend.ping()).rejects.toMatchObject({ code: "TABLE_MISSING" })
    await other.createTable()
    await other.set("key", bytes("value"))
    expect(text(await backend.get("key"))).toBe("value")
    await Promise.all([backend.close(), other.close()])
  })

  it("is not created once the backend is closed", async () => {
    const path = temporaryPath()
    const backend = await fromUrl(`sqlite:${path}`)
    await backend.close()
    await expect(backend.createTable()).rejects.toThrow()
    expect(readdirSync(join(path, ".."))).toEqual([])
  })
})

describe("a file without a write-ahead log", () => {
  /** A file with a table, in the default journal mode. */
  async function fileWithoutLog(): Promise<string> {
    const path = temporaryPath()
    const client = new Database(path)
    const backend = new DatabaseBackend({ client })
    await backend.createTable()
    await backend.set("key", bytes("value"))
    client.close()
    return path
  }

  function journalModeOf(path: string): unknown {
    const client = new Database(path, { readonly: true })
    try {
      return client.pragma("journal_mode", { simple: true })
    } finally {
      client.close()
    }
  }

  it("is not changed by reads", async () => {
    const path = await fileWithoutLog()
    const before = readFileSync(path)
    const backend = await fromUrl(`sqlite:${path}`)
    await backend.ping()
    await backend.createTable()
    await backend.get("key")
    await backend.getMany(["key", "other"])
    await backend.ttl("key")
    await backend.stats()
    for await (const key of backend.keys("")) expect(key).toBe("key")
    expect(readdirSync(join(path, ".."))).toEqual(["cache.db"])
    await backend.close()
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it("is not changed by a read, whatever its first word is", async () => {
    const path = await fileWithoutLog()
    const client = new SqliteFile(path, () => new Database(path), useWriteAheadLog)
    onTestFinished(() => client.close())
    const text = "WITH entries AS (SELECT value FROM larder_cache) SELECT value FROM entries"
    expect(new SqliteConnection(client).select({ text, values: [] })).toEqual([{ value: Buffer.from("value") }])
    expect(journalModeOf(path)).toBe("delete")
  })

  it("gets one with the first write, while other readers continue", async () => {
    const path = await fileWithoutLog()
    const [reader, writer] = await Promise.all([fromUrl(`sqlite:${path}`), fromUrl(`sqlite:${path}`)])
    expect(text(await reader.get("key"))).toBe("value")
    await writer.set("key", bytes("other"))
    expect(journalModeOf(path)).toBe("wal")
    expect(text(await reader.get("key"))).toBe("other")
    await reader.set("key", bytes("third"))
    expect(text(await writer.get("key"))).toBe("third")
    await Promise.all([reader.close(), writer.close()])
  })

  it("gets none if the table is missing, because the file is not ours", async () => {
    const path = temporaryPath()
    const client = new Database(path)
    client.exec("CREATE TABLE other (id INTEGER)")
    client.close()
    const backend = await fromUrl(`sqlite:${path}`)
    onTestFinished(() => backend.close())
    await expect(backend.set("key", bytes("value"))).rejects.toMatchObject({ code: "TABLE_MISSING" })
    await expect(backend.setMany([{ key: "key", value: bytes("value") }])).rejects.toThrow()
    expect(journalModeOf(path)).toBe("delete")
    await backend.createTable()
    expect(journalModeOf(path)).toBe("wal")
  })
})

describe("a write-ahead log", () => {
  it("that has grown because of a long reader is truncated after its end", async () => {
    const path = temporaryPath()
    const backend = await fromUrl(`sqlite:${path}`)
    onTestFinished(() => backend.close())
    await backend.createTable()
    const reader = new Database(path)
    onTestFinished(() => void reader.close())
    reader.exec("BEGIN")
    reader.prepare("SELECT COUNT(*) FROM larder_cache").get()
    const sizeAfterWrites = async (count: number) => {
      for (let index = 0; index < count; index++) await backend.set("key", Buffer.alloc(2 ** 20, index))
      return statSync(`${path}-wal`).size
    }
    expect(await sizeAfterWrites(30)).toBeGreaterThan(30 * 2 ** 20)
    reader.exec("COMMIT")
    expect(await sizeAfterWrites(10)).toBeLessThanOrEqual(16 * 2 ** 20)
  })
})

describe("a database in UTF-16", () => {
  it("is refused by every call, and gets no table", async () => {
    const path = temporaryPath()
    const client = new Database(path)
    onTestFinished(() => void client.close())
    client.pragma("encoding = 'UTF-16le'")
    client.exec("CREATE TABLE other (id INTEGER)")
    const [given, opened] = [new DatabaseBackend({ client }), await fromUrl(`sqlite:${path}`)]
    onTestFinished(() => opened.close())
    for (const backend of [given, opened]) {
      for (const call of [
        () => backend.ping(),
        () => backend.createTable(),
        () => backend.get("key"),
        () => backend.setMany([{ key: "key", value: bytes("value") }]),
        () => backend.getMany(["key"]),
        () => backend.incr("key", 1),
      ]) {
        const error = await refusalOf(backend, call())
        expect(error).toBeInstanceOf(DatabaseError)
        expect(error).toMatchObject({ code: "DATABASE_ENCODING" })
        expect(String(error)).toContain(
          `${path}?table=larder_cache: The database stores text as UTF-16le, expected UTF-8.`,
        )
      }
    }
    expect(client.prepare("SELECT name FROM sqlite_master").pluck().all()).toEqual(["other"])
  })
})

describe("a full file", () => {
  it("rejects values, keeps the others, and has room again when some have expired, without a prune", async () => {
    const clock = { now: 1_000_000 }
    const client = new Database(":memory:")
    onTestFinished(() => void client.close())
    const backend = new DatabaseBackend({ client, maxEntries: 1000, now: () => clock.now })
    await backend.createTable()
    await backend.set("kept", bytes("value"))
    await backend.set("passing", Buffer.alloc(100_000), 60_000)
    client.pragma(`max_page_count = ${client.pragma("page_count", { simple: true })}`)
    const large = { key: "large", value: Buffer.alloc(90_000) }
    expect(await refusalOf(backend, backend.set(large.key, large.value))).toMatchObject({ code: "SQLITE_FULL" })
    const batch = backend.setMany([{ key: "kept", value: bytes("other") }, large])
    expect(await refusalOf(backend, batch)).toMatchObject({ code: "SQLITE_FULL" })
    expect(text(await backend.get("kept"))).toBe("value")

    clock.now += 60_000
    // Here, every tenth write culls; but the first ones are not counted if a cull is running.
    for (let attempt = 0; attempt < 20; attempt++) await backend.set(large.key, large.value).catch(() => {})
    await backend.set(large.key, large.value)
    expect((await backend.get(large.key))?.length).toBe(90_000)
  })

  it("also gets room when adding entries fails", async () => {
    const clock = { now: 1_000_000 }
    const client = new Database(":memory:")
    onTestFinished(() => void client.close())
    const backend = new DatabaseBackend({ client, maxEntries: 1000, now: () => clock.now })
    await backend.createTable()
    await backend.set("passing", Buffer.alloc(100_000), 60_000)
    client.pragma(`max_page_count = ${client.pragma("page_count", { simple: true })}`)
    clock.now += 60_000
    for (let attempt = 0; attempt < 20; attempt++) await backend.add("large", Buffer.alloc(90_000)).catch(() => {})
    expect((await backend.get("large"))?.length).toBe(90_000)
  })
})

describe("a read-only file", () => {
  it("can be read, and rejects writes", async () => {
    const path = temporaryPath()
    const writable = new DatabaseBackend({ client: new Database(path) })
    await writable.createTable()
    await writable.set("key", bytes("value"))
    const client = new SqliteFile(path, () => new Database(path, { readonly: true }), useWriteAheadLog)
    onTestFinished(() => client.close())
    const backend = new DatabaseBackend({ client })
    await backend.ping()
    expect(text(await backend.get("key"))).toBe("value")
    expect((await backend.createTable()).existed).toBe(true)
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await refusalOf(backend, backend.set("key", bytes("other")))).toMatchObject({ code: "SQLITE_READONLY" })
    }
  })
})

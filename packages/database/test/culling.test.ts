import Database from "better-sqlite3"
import { describe, expect, it, onTestFinished } from "vitest"
import { DatabaseBackend, fromUrl, type SqliteClient } from "../src/index.js"
import { sqliteDialect } from "../src/sqlite-dialect.js"
import { databases, type TemporaryTable, temporaryBackend } from "./temporary-table.js"
import { bytes } from "./text-value.js"

const value = bytes("value")

async function keysOf(backend: DatabaseBackend): Promise<string[]> {
  const keys: string[] = []
  for await (const key of backend.keys("")) keys.push(key)
  return keys.sort()
}

/** A backend with a manual clock. */
async function withManualClock() {
  const clock = { now: 1_000_000 }
  const client = new Database(":memory:")
  onTestFinished(() => void client.close())
  const withLimit = (maxEntries: number) => new DatabaseBackend({ client, maxEntries, now: () => clock.now })
  const backend = withLimit(1000)
  await backend.createTable()
  return { backend, withLimit, client, clock }
}

describe.each(databases)("a table of limited size in %s", (kind) => {
  async function limited({ url }: TemporaryTable, maxEntries: number): Promise<DatabaseBackend> {
    const backend = await fromUrl(`${url}&maxEntries=${maxEntries}`)
    onTestFinished(() => backend.close())
    return backend
  }

  it("stays near its limit during writes, and keeps the latest entries", async () => {
    const { table } = await temporaryBackend(kind)
    const backend = await limited(table, 100)
    for (let index = 0; index < 1000; index += 1) await backend.set(`key ${index}`, value, 60_000)
    const { entries = 0 } = await backend.stats()
    expect(entries).toBeGreaterThanOrEqual(90)
    expect(entries).toBeLessThanOrEqual(150)
    expect(await backend.get("key 999")).toEqual(Buffer.from(value))
    expect(await backend.get("key 0")).toBeUndefined()
  })

  it("is exactly at its limit after a prune, also by several backends at once, which returns how many entries were deleted", async () => {
    const { backend, table } = await temporaryBackend(kind)
    await backend.setMany(Array.from({ length: 3500 }, (_, index) => ({ key: `key ${index}`, value })))
    const smaller = await limited(table, 1200)
    const others = await Promise.all([1, 2].map(() => limited(table, 1200)))
    const dropped = await Promise.all([smaller, ...others].map((each) => each.prune()))
    expect(dropped.reduce((sum, count) => sum + count)).toBe(2300)
    expect((await backend.stats()).entries).toBe(1200)
    expect(await smaller.prune()).toBe(0)
  })
})

describe("culling", () => {
  it("deletes expired entries first, then those stored or touched least recently, whatever their keys", async () => {
    const { backend, withLimit, clock } = await withManualClock()
    for (const key of ["z", "y", "x", "a", "b"]) {
      clock.now += 1
      await backend.set(key, value, key === "b" ? 1 : undefined)
    }
    clock.now += 1
    await backend.touch("z")
    expect(await withLimit(3).prune()).toBe(2)
    expect(await keysOf(backend)).toEqual(["a", "x", "z"])
  })

  it("deletes expired rows that are never read again", async () => {
    const { withLimit, client, clock } = await withManualClock()
    const backend = withLimit(100)
    for (let index = 0; index < 5; index += 1) await backend.set(`old ${index}`, value, 10)
    clock.now += 11
    for (let index = 0; index < 40; index += 1) await backend.set("new", value)
    await backend.close()
    expect(client.prepare("SELECT COUNT(*) AS rows FROM larder_cache").get()).toEqual({ rows: 1 })
  })

  it("adds no statement to a write, whatever the size of the table", async () => {
    const client = new Database(":memory:")
    onTestFinished(() => void client.close())
    await new DatabaseBackend({ client }).createTable()
    let runs = 0
    const counting: SqliteClient & { exec(): void } = {
      exec: () => {},
      prepare: (sql) => {
        const statement = client.prepare(sql)
        return {
          all: (...values: never[]) => {
            runs += 1
            return statement.all(...values)
          },
          get: (...values: never[]) => {
            runs += 1
            return statement.get(...values)
          },
          run: (...values: never[]) => {
            runs += 1
            return statement.run(...values)
          },
        }
      },
    }
    const backend = new DatabaseBackend({ client: counting })
    for (let index = 0; index < 900; index += 1) await backend.set(`key ${index}`, value)
    await backend.close()
    // The check of the encoding, and one cull at most, of two statements.
    expect(runs).toBeLessThanOrEqual(903)
    expect(runs).toBeGreaterThanOrEqual(901)
  })

  it("finds the cutoff in the index, and reads no row that stays", async () => {
    const { client } = await withManualClock()
    const rows = client.prepare(`EXPLAIN QUERY PLAN ${sqliteDialect.cutoff("larder_cache", 1000)}`).all()
    const scans = rows
      .map((row) => (row as { detail: string }).detail)
      .filter((detail) => /^(SCAN|SEARCH) l/.test(detail))
    const index = "larder_cache_written_at"
    expect(scans).toContain(`SCAN larder_cache USING COVERING INDEX ${index}`)
    expect(scans).toContain(`SEARCH larder_cache USING COVERING INDEX ${index} (written_at>?)`)
    expect(scans).toContain(`SEARCH larder_cache USING INDEX ${index} (written_at=?)`)
  })

  it("does not make writes fail when it fails itself", async () => {
    const { withLimit, client } = await withManualClock()
    const backend = withLimit(1)
    client.exec(`CREATE TRIGGER kept BEFORE DELETE ON larder_cache BEGIN SELECT RAISE(ABORT, 'kept'); END`)
    for (let index = 0; index < 100; index += 1) await backend.set(`key ${index}`, value)
    await backend.close()
    await expect(backend.prune()).rejects.toThrow("kept")
  })
})

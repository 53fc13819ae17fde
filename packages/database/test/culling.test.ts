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

/** A backend under a clock that moves only when it is told. */
async function underClock() {
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

  it("stays near its limit while it is written to, and keeps what was written last", async () => {
    const { place } = await temporaryBackend(kind)
    const backend = await limited(place, 100)
    for (let index = 0; index < 1000; index += 1) await backend.set(`key ${index}`, value, 60_000)
    const { entries = 0 } = await backend.stats()
    expect(entries).toBeGreaterThanOrEqual(90)
    expect(entries).toBeLessThanOrEqual(150)
    expect(await backend.get("key 999")).toEqual(Buffer.from(value))
    expect(await backend.get("key 0")).toBeUndefined()
  })

  it("is at its limit once it has been pruned, also by several at once, and prune says how many entries went", async () => {
    const { backend, place } = await temporaryBackend(kind)
    await backend.setMany(Array.from({ length: 3500 }, (_, index) => ({ key: `key ${index}`, value })))
    const smaller = await limited(place, 1200)
    const others = await Promise.all([1, 2].map(() => limited(place, 1200)))
    const dropped = await Promise.all([smaller, ...others].map((each) => each.prune()))
    expect(dropped.reduce((sum, count) => sum + count)).toBe(2300)
    expect((await backend.stats()).entries).toBe(1200)
    expect(await smaller.prune()).toBe(0)
  })
})

describe("culling", () => {
  it("takes the expired first, then what was stored or touched least recently, whatever the keys are", async () => {
    const { backend, withLimit, clock } = await underClock()
    for (const key of ["z", "y", "x", "a", "b"]) {
      clock.now += 1
      await backend.set(key, value, key === "b" ? 1 : undefined)
    }
    clock.now += 1
    await backend.touch("z")
    expect(await withLimit(3).prune()).toBe(2)
    expect(await keysOf(backend)).toEqual(["a", "x", "z"])
  })

  it("drops expired rows that nobody reads any more", async () => {
    const { withLimit, client, clock } = await underClock()
    const backend = withLimit(100)
    for (let index = 0; index < 5; index += 1) await backend.set(`old ${index}`, value, 10)
    clock.now += 11
    for (let index = 0; index < 40; index += 1) await backend.set("new", value)
    await backend.close()
    expect(client.prepare("SELECT COUNT(*) AS rows FROM larder_cache").get()).toEqual({ rows: 1 })
  })

  it("costs no statement at a write: they grow with the writes and not with the table", async () => {
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
    // One cull at most, of two statements.
    expect(runs).toBeLessThanOrEqual(902)
    expect(runs).toBeGreaterThanOrEqual(900)
  })

  it("finds where to stop in the index, and looks up no row that stays", async () => {
    const { client } = await underClock()
    const rows = client.prepare(`EXPLAIN QUERY PLAN ${sqliteDialect.newestAfter("larder_cache", 1000)}`).all()
    const scans = rows
      .map((row) => (row as { detail: string }).detail)
      .filter((detail) => /^(SCAN|SEARCH) l/.test(detail))
    const index = "larder_cache_written_at"
    expect(scans).toContain(`SCAN larder_cache USING COVERING INDEX ${index}`)
    expect(scans).toContain(`SEARCH larder_cache USING COVERING INDEX ${index} (written_at>?)`)
    expect(scans).toContain(`SEARCH larder_cache USING INDEX ${index} (written_at=?)`)
  })

  it("that fails makes no write fail", async () => {
    const { withLimit, client } = await underClock()
    const backend = withLimit(1)
    client.exec(`CREATE TRIGGER kept BEFORE DELETE ON larder_cache BEGIN SELECT RAISE(ABORT, 'kept'); END`)
    for (let index = 0; index < 100; index += 1) await backend.set(`key ${index}`, value)
    await backend.close()
    await expect(backend.prune()).rejects.toThrow("kept")
  })
})

import { fork } from "node:child_process"
import { once } from "node:events"
import { setImmediate as nextTurn } from "node:timers/promises"
import Database from "better-sqlite3"
import pg from "pg"
import { describe, expect, it, onTestFinished } from "vitest"
import { DatabaseBackend, fromUrl } from "../src/index.js"
import { databases, temporaryBackend, temporaryTable } from "./temporary-table.js"
import { bytes, text } from "./text-value.js"

const child = new URL("busy-child.mjs", import.meta.url)

function inRandomOrder<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item)
}

describe.each(databases)("batches of the same keys in %s", (kind) => {
  it("succeed although they are written, deleted, cleared and pruned at the same time", async () => {
    const { backend, table } = await temporaryBackend(kind)
    const other = await fromUrl(`${table.url}&maxEntries=20`)
    const keys = Array.from({ length: 100 }, (_, index) => `key ${index}`)
    const entries = () => inRandomOrder(keys).map((key) => ({ key, value: bytes(key) }))
    await Promise.all(
      Array.from({ length: 25 }, async (_, index) => {
        await backend.setMany(entries(), index % 2 === 0 ? 5 : undefined)
        await other.setMany(entries())
        if (index % 3 === 0) await other.deleteMany(inRandomOrder(keys))
        if (index % 5 === 0) await other.prune()
        if (index % 7 === 0) await backend.clear("key 1")
      }),
    )
    await other.close()
    await backend.setMany(entries())
    expect(await backend.getMany(keys)).toEqual(keys.map((key) => Buffer.from(key)))
  })
})

describe.each(["repeatable read", "serializable"])("PostgreSQL with %s transactions by default", (isolation) => {
  it("counts every increment of a counter that thirty connections increment at once", async () => {
    const { backend, table } = await temporaryBackend("postgres")
    const options = `-c default_transaction_isolation=${isolation.replace(" ", "\\ ")}`
    const client = new pg.Pool({ connectionString: table.database, max: 30, options })
    onTestFinished(() => client.end())
    const strict = new DatabaseBackend({ client, table: table.name })
    await backend.set("counter", bytes("0"))
    await Promise.all(Array.from({ length: 600 }, () => strict.incr("counter", 1)))
    expect(await backend.incr("counter", 0)).toBe(600)
  })
})

describe("a SQLite file", () => {
  it("is never busy for several processes that write without a pause", async () => {
    const { backend, table } = await temporaryBackend("sqlite")
    const children = Array.from({ length: 3 }, () => fork(child, [table.url], { execArgv: [] }))
    const codes = await Promise.all(children.map(async (process) => (await once(process, "exit"))[0]))
    expect(codes).toEqual([0, 0, 0])
    expect(await backend.incr("counter", 0)).toBe(900)
  })

  it("gets its write-ahead log from one of several processes that write at once, while another one reads", async () => {
    const { url, remove } = temporaryTable("sqlite")
    onTestFinished(remove)
    const [path = "", table = ""] = url.slice("sqlite:".length).split("?table=")
    const client = new Database(path)
    await new DatabaseBackend({ client, table }).createTable()
    client.close()
    const reader = await fromUrl(url)
    onTestFinished(() => reader.close())
    const children = Array.from({ length: 3 }, () => fork(child, [url], { execArgv: [] }))
    const ends = Promise.all(children.map(async (process) => (await once(process, "exit"))[0]))
    let hasEnded = false
    const codes = ends.finally(() => {
      hasEnded = true
    })
    while (!hasEnded) {
      await reader.get("counter")
      await nextTurn()
    }
    expect(await codes).toEqual([0, 0, 0])
    expect(text(await reader.get("counter"))).toBe("900")
  })
})

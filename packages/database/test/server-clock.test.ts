import { createPool, type Pool } from "mysql2/promise"
import { describe, expect, it, onTestFinished } from "vitest"
import { DatabaseBackend } from "../src/index.js"
import { temporaryBackend } from "./temporary-table.js"
import { bytes, text } from "./text-value.js"

describe("the sessions of a MySQL server", () => {
  function backendOn(url: string, table: string, options: { flags?: string[]; timezone?: string }): DatabaseBackend {
    const { timezone, ...rest } = options
    const pool: Pool = createPool({ uri: url.slice(0, url.indexOf("?")), connectionLimit: 2, ...rest })
    if (timezone) {
      pool.pool.on("connection", (connection) => {
        connection.query(`SET time_zone = '${timezone}'`)
      })
    }
    onTestFinished(() => pool.end())
    return new DatabaseBackend({ client: pool, table })
  }

  it("may have different time zones", async () => {
    const { table } = await temporaryBackend("mysql")
    const east = backendOn(table.url, table.name, { timezone: "+11:00" })
    const west = backendOn(table.url, table.name, { timezone: "-08:00" })
    await east.set("key", bytes("value"), 60_000)
    expect(text(await west.get("key"))).toBe("value")
    expect(await west.ttl("key")).toBeGreaterThan(55_000)
    expect(await west.ttl("key")).toBeLessThanOrEqual(60_000)
    await west.set("key", bytes("value"), 1)
    await expect.poll(() => east.get("key")).toBeUndefined()
  })

  it("may count changed rows instead of matched ones", async () => {
    const { table } = await temporaryBackend("mysql")
    for (const flags of [["-FOUND_ROWS"], ["FOUND_ROWS"]]) {
      const backend = backendOn(table.url, table.name, { flags })
      await backend.set("key", bytes("5"))
      expect(await backend.touch("key")).toBe(true)
      expect(await backend.touch("none")).toBe(false)
      expect(await backend.add("key", bytes("5"))).toBe(false)
      expect(await backend.incr("key", 0)).toBe(5)
      expect(await backend.incr("key", -5)).toBe(0)
      expect(await backend.incr("key", -7)).toBe(-7)
      await backend.delete("key")
      expect(await backend.add("key", bytes("6"))).toBe(true)
    }
  })
})

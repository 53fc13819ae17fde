import { describe, expect, it } from "vitest"
import { callsOn } from "./calls-on-pool.js"
import { PostgresConnection, type PostgresPool } from "./postgres-client.js"

describe("PostgresConnection", () => {
  it("forgets a call of which the pool throws", async () => {
    const pool: PostgresPool = {
      totalCount: 0,
      query() {
        throw new Error("no query")
      },
    }
    await expect(new PostgresConnection(pool).define("SELECT 1")).rejects.toThrow("no query")
    expect(callsOn(pool).size).toBe(0)
  })
})

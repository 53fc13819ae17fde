import { describe, expect, it } from "vitest"
import { pendingCallsOn } from "./pending-calls.js"
import { PostgresConnection, type PostgresPool } from "./postgres-client.js"

type Callback = Parameters<PostgresPool["query"]>[1]

/** A pool with a number of connections that keeps the callbacks of its queries. */
function poolOf(totalCount: number) {
  const callbacks: Callback[] = []
  const state = { totalCount, ending: false }
  const pool: PostgresPool = {
    get totalCount() {
      return state.totalCount
    },
    get ending() {
      return state.ending
    },
    query: (_config, callback) => void callbacks.push(callback),
  }
  return { pool, callbacks, state }
}

const select = { text: "SELECT 1", values: [] }

describe("pending calls on a pool of pg", () => {
  it("do not include one for which the pool has thrown", async () => {
    const { pool } = poolOf(0)
    pool.query = () => {
      throw new Error("no query")
    }
    await expect(new PostgresConnection(pool).select(select)).rejects.toThrow("no query")
    expect(pendingCallsOn(pool).count).toBe(0)
  })

  it("are rejected if the last connection of an ended pool cannot be opened", async () => {
    const { pool, callbacks, state } = poolOf(2)
    const calls = Array.from({ length: 4 }, () => new PostgresConnection(pool).select(select))
    const outcomes = Promise.allSettled(calls)
    state.ending = true
    const refused = new Error("connect ECONNREFUSED")
    state.totalCount = 1
    callbacks[0]?.(refused, { rows: [], rowCount: 0 })
    expect(pendingCallsOn(pool).count).toBe(3)
    state.totalCount = 0
    callbacks[1]?.(refused, { rows: [], rowCount: 0 })
    expect(pendingCallsOn(pool).count).toBe(0)
    expect((await outcomes).map((outcome) => outcome.status === "rejected" && outcome.reason)).toEqual([
      refused,
      refused,
      expect.objectContaining({ code: "CLIENT_CLOSED" }),
      expect.objectContaining({ code: "CLIENT_CLOSED" }),
    ])
  })

  it("stay pending while the pool is open", async () => {
    const { pool, callbacks, state } = poolOf(1)
    const connection = new PostgresConnection(pool)
    const [failing, waiting] = [connection.select(select), connection.select(select)]
    state.totalCount = 0
    callbacks[0]?.(new Error("connect ECONNREFUSED"), { rows: [], rowCount: 0 })
    await expect(failing).rejects.toThrow("ECONNREFUSED")
    callbacks[1]?.(null, { rows: [{ one: 1 }], rowCount: 1 })
    expect(await waiting).toEqual([{ one: 1 }])
  })
})

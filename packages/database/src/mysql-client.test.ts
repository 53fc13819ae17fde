import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { BoundStatement } from "./connection.js"
import { MysqlConnection } from "./mysql-client.js"

type Callback = (error: unknown, result?: unknown) => void
type Reply = (method: string, sql: string, callback: Callback) => void

/** A pool of one connection, with a log of the calls to it. `reply` handles each statement. */
function poolOf(reply: Reply) {
  const log: string[] = []
  const send = (method: string) => (statement: { sql: string }, callback: Callback) => {
    log.push(`${method} ${statement.sql}`)
    reply(method, statement.sql, callback)
  }
  const connection = {
    query: send("query"),
    execute: send("execute"),
    release: () => void log.push("release"),
    destroy: () => void log.push("destroy"),
  }
  let connect: (() => void) | undefined
  const getConnection = (connected: (error: unknown, pooled: typeof connection) => void) => {
    connect = () => connected(null, connection)
    if (!pool.isFull) connect()
  }
  const pool = { isFull: false, getConnection, connectLate: () => connect?.() }
  return { log, pool }
}

const get = { text: "SELECT ?", values: [Buffer.of(1)], preparedName: "larder_1" }
const batch = { text: "SELECT ?, ?", values: [Buffer.of(1), Buffer.of(2)] }

async function resultOf(connection: MysqlConnection, statement: BoundStatement): Promise<unknown> {
  return (await connection.select(statement))[0]?.value
}

/** The replies of a server that receives bytes intact or not, and may reject prepared statements with an error. */
function server(intact: 0 | 1, code?: string, version = "11.4.2-MariaDB"): Reply {
  return (method, sql, callback) => {
    if (sql.includes("AS BINARY")) callback(null, [{ intact, version }])
    else if (method === "execute" && code !== undefined) callback(refusal(code))
    else callback(null, [{ value: method }])
  }
}

function refusal(code: string): Error {
  return Object.assign(new Error(code), { code, sqlState: "HY000" })
}

describe("a statement for MySQL", () => {
  it("is prepared if it has a name and bytes arrive intact, which is checked once", async () => {
    const { log, pool } = poolOf(server(1))
    const connection = new MysqlConnection({ pool }, 1_000)
    expect(await Promise.all([resultOf(connection, get), resultOf(connection, get)])).toEqual(["execute", "execute"])
    expect(await resultOf(connection, get)).toBe("execute")
    expect(await resultOf(connection, batch)).toBe("query")
    expect(log.filter((line) => line.includes("AS BINARY"))).toHaveLength(1)
  })

  it("without a name is prepared when it is repeated, with its lists expanded", async () => {
    const { log, pool } = poolOf(server(1))
    const connection = new MysqlConnection({ pool }, 1_000)
    const among = (count: number) => ({ text: "SELECT ? IN (?)", values: [1, Array.from({ length: count }, () => 2)] })
    for (const count of [2, 3, 2, 3, 1]) await connection.select(among(count))
    expect(log.filter((line) => line.includes(" IN "))).toEqual([
      "query SELECT ? IN (?, ?)",
      "query SELECT ? IN (?, ?, ?)",
      "execute SELECT ? IN (?, ?)",
      "execute SELECT ? IN (?, ?, ?)",
      "query SELECT ? IN (?)",
    ])
  })

  it("without a name is never prepared on MySQL", async () => {
    const { log, pool } = poolOf(server(1, undefined, "8.4.6"))
    const connection = new MysqlConnection({ pool }, 1_000)
    for (let call = 0; call < 3; call++) expect(await resultOf(connection, batch)).toBe("query")
    expect(await resultOf(connection, get)).toBe("execute")
    expect(log.filter((line) => line.includes("AS BINARY"))).toHaveLength(1)
  })

  it("is not prepared if bytes arrive converted, or the server supports no prepared statements", async () => {
    const older = new MysqlConnection(poolOf(server(0)), 1_000)
    expect(await resultOf(older, get)).toBe("query")
    const { pool } = poolOf((method, _sql, callback) =>
      method === "execute" ? callback(refusal("ER_UNSUPPORTED_PS")) : callback(null, [{ value: method }]),
    )
    expect(await resultOf(new MysqlConnection({ pool }, 1_000), get)).toBe("query")
  })

  it.each(["ER_MAX_PREPARED_STMT_COUNT_REACHED", "ER_UNKNOWN_STMT_HANDLER"])(
    "is no longer prepared after the error %s",
    async (code) => {
      const { log, pool } = poolOf(server(1, code))
      const connection = new MysqlConnection({ pool }, 1_000)
      expect(await resultOf(connection, get)).toBe("query")
      expect(await resultOf(connection, get)).toBe("query")
      expect(log.filter((line) => line === "execute SELECT ?")).toHaveLength(1)
    },
  )

  it("is not sent again after another error", async () => {
    const { log, pool } = poolOf(server(1, "ER_LOCK_DEADLOCK"))
    const connection = new MysqlConnection({ pool }, 1_000)
    await expect(connection.write(get)).rejects.toThrow("ER_LOCK_DEADLOCK")
    expect(log.slice(2)).toEqual(["execute SELECT ?", "release"])
  })

  it("is prepared although the first check lost its connection", async () => {
    let isDown = true
    const { pool } = poolOf((method, _sql, callback) => {
      if (isDown) callback(Object.assign(new Error("gone"), { code: "ECONNRESET" }))
      else callback(null, [{ intact: 1, value: method }])
    })
    const connection = new MysqlConnection({ pool }, 1_000)
    await expect(resultOf(connection, get)).rejects.toThrow("gone")
    isDown = false
    expect(await resultOf(connection, get)).toBe("execute")
  })
})

describe("a connection to MySQL", () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it("is released after a reply of the server, and destroyed after any other error", async () => {
    const errors = [undefined, refusal("ER_LOCK_DEADLOCK"), refusal("ER_NET_PACKET_TOO_LARGE"), new Error("broken")]
    for (const [index, end] of ["release", "release", "destroy", "destroy"].entries()) {
      const { log, pool } = poolOf((_method, _sql, callback) => callback(errors[index], []))
      const outcome = new MysqlConnection({ pool }, 1_000).select(batch)
      if (errors[index] === undefined) await outcome
      else await expect(outcome).rejects.toBe(errors[index])
      expect(log).toEqual(["query SELECT ?, ?", end])
    }
    expect(vi.getTimerCount()).toBe(0)
  })

  it("is destroyed if the driver throws, and the statement fails", async () => {
    const broken = new TypeError("Bind parameters must not contain undefined")
    const { log, pool } = poolOf(() => {
      throw broken
    })
    pool.isFull = true
    const outcome = new MysqlConnection({ pool }, 1_000).select(batch)
    pool.connectLate()
    await expect(outcome).rejects.toBe(broken)
    expect(log).toEqual(["query SELECT ?, ?", "destroy"])
    expect(vi.getTimerCount()).toBe(0)
  })

  it("is destroyed after the timeout", async () => {
    let callLate: Callback = () => {}
    const { log, pool } = poolOf((_method, _sql, callback) => {
      callLate = callback
    })
    const outcome = new MysqlConnection({ pool }, 1_000).select(batch)
    vi.advanceTimersByTime(1_000)
    await expect(outcome).rejects.toThrow("The database did not answer within 1000 ms")
    callLate(null, [])
    expect(log).toEqual(["query SELECT ?, ?", "destroy"])
  })

  it("is released at once if the pool provides it after the timeout", async () => {
    const { log, pool } = poolOf((_method, _sql, callback) => callback(null, []))
    pool.isFull = true
    const outcome = new MysqlConnection({ pool }, 1_000).select(batch)
    vi.advanceTimersByTime(1_000)
    await expect(outcome).rejects.toThrow("did not answer within 1000 ms")
    pool.connectLate()
    expect(log).toEqual(["release"])
  })
})

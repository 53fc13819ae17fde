import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { MysqlConnection } from "./mysql-client.js"

type Answered = (error: unknown, result?: unknown) => void

/** A pool of one connection that notes what is asked of it. `answer` is told how a statement comes, and what it is. */
function poolOf(answer: (how: string, sql: string, answered: Answered) => void) {
  const notes: string[] = []
  const send = (how: string) => (statement: { sql: string }, answered: Answered) => {
    notes.push(`${how} ${statement.sql}`)
    answer(how, statement.sql, answered)
  }
  const connection = {
    query: send("query"),
    execute: send("execute"),
    release: () => void notes.push("release"),
    destroy: () => void notes.push("destroy"),
  }
  let connect: (() => void) | undefined
  const getConnection = (connected: (error: unknown, given: typeof connection) => void) => {
    connect = () => connected(null, connection)
    if (!pool.isFull) connect()
  }
  const pool = { isFull: false, getConnection, connectLate: () => connect?.() }
  return { notes, pool }
}

const get = { text: "SELECT ?", values: [Buffer.of(1)], preparedName: "larder_1" }
const batch = { text: "SELECT ?, ?", values: [Buffer.of(1), Buffer.of(2)] }

/** What is answered where bytes arrive as they are, or changed, and the server refuses prepared statements with the code. */
function answering(arrived: 0 | 1, code?: string, version = "11.4.2-MariaDB") {
  return (how: string, sql: string, answered: Answered): void => {
    if (sql.includes("AS BINARY")) answered(null, [{ arrived, version }])
    else if (how === "execute" && code !== undefined) answered(refusal(code))
    else answered(null, [{ value: how }])
  }
}

function refusal(code: string): Error {
  return Object.assign(new Error(code), { code, sqlState: "HY000" })
}

describe("a statement for MySQL", () => {
  it("is prepared where it has a name and bytes arrive as they are, which is asked once", async () => {
    const { notes, pool } = poolOf(answering(1))
    const connection = new MysqlConnection({ pool }, 1_000)
    expect(await Promise.all([connection.selectValue(get), connection.selectValue(get)])).toEqual([
      "execute",
      "execute",
    ])
    expect(await connection.selectValue(get)).toBe("execute")
    expect(await connection.selectValue(batch)).toBe("query")
    expect(notes.filter((note) => note.includes("AS BINARY"))).toHaveLength(1)
  })

  it("that has none is prepared when it comes again, with its lists spread out", async () => {
    const { notes, pool } = poolOf(answering(1))
    const connection = new MysqlConnection({ pool }, 1_000)
    const among = (count: number) => ({ text: "SELECT ? IN (?)", values: [1, Array.from({ length: count }, () => 2)] })
    for (const count of [2, 3, 2, 3, 1]) await connection.select(among(count))
    expect(notes.filter((note) => note.includes(" IN "))).toEqual([
      "query SELECT ? IN (?, ?)",
      "query SELECT ? IN (?, ?, ?)",
      "execute SELECT ? IN (?, ?)",
      "execute SELECT ? IN (?, ?, ?)",
      "query SELECT ? IN (?)",
    ])
  })

  it("that has none is written out for MySQL, however often it comes", async () => {
    const { notes, pool } = poolOf(answering(1, undefined, "8.4.6"))
    const connection = new MysqlConnection({ pool }, 1_000)
    for (let call = 0; call < 3; call++) expect(await connection.selectValue(batch)).toBe("query")
    expect(await connection.selectValue(get)).toBe("execute")
    expect(notes.filter((note) => note.includes("AS BINARY"))).toHaveLength(1)
  })

  it("is written out where bytes arrive as a text, or the server cannot be asked", async () => {
    const older = new MysqlConnection(poolOf(answering(0)), 1_000)
    expect(await older.selectValue(get)).toBe("query")
    const { pool } = poolOf((how, _sql, answered) =>
      how === "execute" ? answered(refusal("ER_UNSUPPORTED_PS")) : answered(null, [{ value: how }]),
    )
    expect(await new MysqlConnection({ pool }, 1_000).selectValue(get)).toBe("query")
  })

  it.each(["ER_MAX_PREPARED_STMT_COUNT_REACHED", "ER_UNKNOWN_STMT_HANDLER"])(
    "is written out from then on where the server answers %s",
    async (code) => {
      const { notes, pool } = poolOf(answering(1, code))
      const connection = new MysqlConnection({ pool }, 1_000)
      expect(await connection.selectValue(get)).toBe("query")
      expect(await connection.selectValue(get)).toBe("query")
      expect(notes.filter((note) => note === "execute SELECT ?")).toHaveLength(1)
    },
  )

  it("that is refused for another reason is not sent again", async () => {
    const { notes, pool } = poolOf(answering(1, "ER_LOCK_DEADLOCK"))
    const connection = new MysqlConnection({ pool }, 1_000)
    await expect(connection.change(get)).rejects.toThrow("ER_LOCK_DEADLOCK")
    expect(notes.slice(2)).toEqual(["execute SELECT ?", "release"])
  })

  it("asks again what the driver can do when the server was away", async () => {
    let isAway = true
    const { pool } = poolOf((how, _sql, answered) => {
      if (isAway) answered(Object.assign(new Error("gone"), { code: "ECONNRESET" }))
      else answered(null, [{ arrived: 1, value: how }])
    })
    const connection = new MysqlConnection({ pool }, 1_000)
    await expect(connection.selectValue(get)).rejects.toThrow("gone")
    isAway = false
    expect(await connection.selectValue(get)).toBe("execute")
  })
})

describe("a connection to MySQL", () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it("goes back to its pool after an answer, and away after anything else", async () => {
    const errors = [undefined, refusal("ER_LOCK_DEADLOCK"), refusal("ER_NET_PACKET_TOO_LARGE"), new Error("broken")]
    for (const [index, end] of ["release", "release", "destroy", "destroy"].entries()) {
      const { notes, pool } = poolOf((_how, _sql, answered) => answered(errors[index], []))
      const outcome = new MysqlConnection({ pool }, 1_000).select(batch)
      if (errors[index] === undefined) await outcome
      else await expect(outcome).rejects.toBe(errors[index])
      expect(notes).toEqual(["query SELECT ?, ?", end])
    }
    expect(vi.getTimerCount()).toBe(0)
  })

  it("goes away when the driver throws, and the statement fails", async () => {
    const broken = new TypeError("Bind parameters must not contain undefined")
    const { notes, pool } = poolOf(() => {
      throw broken
    })
    pool.isFull = true
    const outcome = new MysqlConnection({ pool }, 1_000).select(batch)
    pool.connectLate()
    await expect(outcome).rejects.toBe(broken)
    expect(notes).toEqual(["query SELECT ?, ?", "destroy"])
    expect(vi.getTimerCount()).toBe(0)
  })

  it("that does not answer in time is destroyed", async () => {
    let answer: Answered = () => {}
    const { notes, pool } = poolOf((_how, _sql, answered) => {
      answer = answered
    })
    const outcome = new MysqlConnection({ pool }, 1_000).select(batch)
    vi.advanceTimersByTime(1_000)
    await expect(outcome).rejects.toThrow("The database did not answer within 1000 ms")
    answer(null, [])
    expect(notes).toEqual(["query SELECT ?, ?", "destroy"])
  })

  it("that a full pool hands over too late goes back at once", async () => {
    const { notes, pool } = poolOf((_how, _sql, answered) => answered(null, []))
    pool.isFull = true
    const outcome = new MysqlConnection({ pool }, 1_000).select(batch)
    vi.advanceTimersByTime(1_000)
    await expect(outcome).rejects.toThrow("did not answer within 1000 ms")
    pool.connectLate()
    expect(notes).toEqual(["release"])
  })
})

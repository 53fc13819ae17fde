import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import { type DatabaseBackendOptions, readOptions } from "./backend-options.js"
import { DatabaseBackend } from "./database-backend.js"

const client = { prepare: () => ({ all: () => [], get: () => undefined, run: () => ({ changes: 0 }) }), exec: () => {} }

describe("the options of a database backend", () => {
  it("have defaults, except for the client", () => {
    expect(readOptions({ client })).toMatchObject({ client, table: "larder_cache", maxEntries: 100_000, now: Date.now })
  })

  it.each([
    [{ maxEntries: 0 }, "maxEntries must be a positive integer, got 0"],
    [{ maxEntries: "10" }, "maxEntries must be a positive integer, got '10'"],
    [{ now: 5 }, "now must be a function that returns milliseconds, got 5"],
    [{ release: true }, "release must be a function, got true"],
    [{ tabel: "hunter2" }, "unknown option tabel; there are client, table, maxEntries, now, statementTimeout, release"],
    [{ table: 'x"' }, "table must be a name or schema.name"],
    [{ client: undefined }, "client must be a database of better-sqlite3 or node:sqlite"],
    [{ client: "sqlite:./cache.db" }, "got a value of type string"],
    [{ client: { password: "hunter2" } }, "got an object of class Object"],
    [{ client: { getConnection() {}, promise() {}, pool: {} } }, "import it from mysql2/promise"],
    [{ client: { query() {}, totalCount: 0, Client: class Native {} } }, "got a pool of pg.native, which sends bytes"],
  ])("are refused when invalid: %j", (options, message) => {
    const make = () => new DatabaseBackend({ client, ...options } as DatabaseBackendOptions)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
    expect(make).not.toThrow("hunter2")
  })

  it.each([[undefined], ["sqlite:cache.db"]])("are refused when they are %j", (options) => {
    const make = () => new DatabaseBackend(options as unknown as DatabaseBackendOptions)
    expect(make).toThrow(
      new TypeError(`DatabaseBackend: options must be an object with a client, got ${inspect(options)}`),
    )
  })
})

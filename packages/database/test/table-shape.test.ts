import { describe, expect, it, onTestFinished } from "vitest"
import { type DatabaseBackend, fromUrl } from "../src/index.js"
import {
  type DatabaseKind,
  databases,
  type TemporaryTable,
  temporaryBackend,
  temporaryTable,
} from "./temporary-table.js"
import { bytes, text } from "./text-value.js"

/** A backend for a table that was created by hand. */
async function handMade(kind: DatabaseKind, definition: string, ...more: string[]) {
  const table = temporaryTable(kind)
  onTestFinished(table.remove)
  const backend = await fromUrl(table.url)
  onTestFinished(() => backend.close())
  await table.run(`CREATE TABLE ${table.name} (${definition})`)
  for (const sql of more) await table.run(sql.replaceAll("TABLE_NAME", table.name))
  return { backend, table }
}

async function expectProblems(
  { backend, table }: { backend: DatabaseBackend; table: TemporaryTable },
  problems: string,
) {
  for (const call of [() => backend.ping(), () => backend.createTable(), () => backend.createTable({ dryRun: true })]) {
    const error: unknown = await call().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: "TableError", code: "TABLE_SHAPE", table: table.name })
    expect(String(error)).toContain(`${table.name} is not a cache table, or one of another version (${problems}): `)
    expect(String(error)).toContain("drop it and run `larder createcachetable`")
  }
}

const definitions = {
  sqlite: { key: "cache_key BLOB", value: "value BLOB", times: "expires_at INTEGER, written_at INTEGER" },
  postgres: { key: "cache_key bytea", value: "value bytea", times: "expires_at bigint, written_at bigint" },
  mysql: { key: "cache_key VARBINARY(1024)", value: "value LONGBLOB", times: "expires_at BIGINT, written_at BIGINT" },
}

const types = {
  sqlite: { key: "BLOB", value: "BLOB", time: "INTEGER" },
  postgres: { key: "bytea", value: "bytea", time: "bigint" },
  mysql: { key: "VARBINARY(1024)", value: "LONGBLOB", time: "BIGINT" },
}

describe.each(databases)("a table in %s", (kind) => {
  const { key, value, times } = definitions[kind]
  const { key: keyType, value: valueType, time: timeType } = types[kind]
  const shownKey = key.replace("cache_key ", "").toLowerCase()
  const unlessSqlite = (type: string) => (kind === "sqlite" ? type.toUpperCase() : type)

  it("is a cache table if createTable has created it", async () => {
    const { backend } = await temporaryBackend(kind)
    await backend.ping()
    expect((await backend.createTable()).existed).toBe(true)
  })

  it("may have more columns, and a unique index instead of a primary key", async () => {
    const { backend } = await handMade(
      kind,
      `note VARCHAR(20), ${times}, ${value}, ${key} NOT NULL`,
      "CREATE UNIQUE INDEX TABLE_NAME_key ON TABLE_NAME (cache_key)",
    )
    await backend.ping()
    await backend.set("key", bytes("value"), 60_000)
    expect(text(await backend.get("key"))).toBe("value")
    expect(await backend.prune()).toBe(0)
  })

  it("is rejected if its key is not unique", async () => {
    const problem = `cache_key is ${unlessSqlite(shownKey)}, not unique (expected ${keyType}, unique)`
    await expectProblems(await handMade(kind, `${key}, ${value}, ${times}`), problem)
    await expectProblems(await handMade(kind, `${key}, ${value}, ${times}, UNIQUE (cache_key, written_at)`), problem)
  })

  it("is rejected if columns are missing", async () => {
    const all = [`cache_key is missing (expected ${keyType}, unique)`, `value is missing (expected ${valueType})`]
    await expectProblems(await handMade(kind, `id INTEGER, ${times}`), all.join("; "))
  })

  it("is rejected if its expiry is not nullable", async () => {
    const notNull = times.replace(",", " NOT NULL,")
    const found = { sqlite: "INTEGER", postgres: "bigint", mysql: "bigint" }[kind]
    const { backend, table } = await handMade(kind, `${key} PRIMARY KEY, ${value}, ${notNull}`)
    const error: unknown = await backend.ping().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: "TABLE_SHAPE", table: table.name })
    expect(String(error)).toMatch(
      new RegExp(`\\(expires_at is ${found}(\\(20\\))?, not nullable \\(expected ${timeType}, nullable\\)\\)`),
    )
  })

  it("is rejected if it is a view, and missing if nothing has its name", async () => {
    const { backend, table } = await temporaryBackend(kind)
    const view = await fromUrl(`${table.url}_view`)
    onTestFinished(() => view.close())
    await expect(view.ping()).rejects.toMatchObject({ code: "TABLE_MISSING" })
    await table.run(`CREATE VIEW ${table.name}_view AS SELECT * FROM ${table.name}`)
    onTestFinished(() => table.run(`DROP VIEW ${table.name}_view`))
    await expect(view.ping()).rejects.toMatchObject({ code: "TABLE_SHAPE" })
    await backend.ping()
  })
})

describe("a table in SQLite", () => {
  it.each([
    [
      "cache_key TEXT PRIMARY KEY, value BLOB, expires_at BIGINT, written_at INT",
      "cache_key is TEXT (expected BLOB, unique)",
    ],
    ["cache_key PRIMARY KEY, value TEXT, expires_at INTEGER, written_at INTEGER", "value is TEXT (expected BLOB)"],
    [
      "cache_key PRIMARY KEY, value, expires_at DATETIME, written_at",
      "expires_at is DATETIME (expected INTEGER, nullable); written_at is of no type (expected INTEGER)",
    ],
  ])("is rejected with the columns (%s)", async (definition, problems) => {
    await expectProblems(await handMade("sqlite", definition), problems)
  })

  it("is rejected without rowids, or with a partial index on the key", async () => {
    const { key, value, times } = definitions.sqlite
    const { backend } = await handMade("sqlite", `${key} PRIMARY KEY, ${value}, ${times}) WITHOUT ROWID -- `)
    await expect(backend.ping()).rejects.toMatchObject({ code: "TABLE_SHAPE" })
    const partial = "CREATE UNIQUE INDEX TABLE_NAME_key ON TABLE_NAME (cache_key) WHERE value > 0"
    await expectProblems(
      await handMade("sqlite", `${key}, ${value}, ${times}`, partial),
      "cache_key is BLOB, not unique (expected BLOB, unique)",
    )
  })
})

describe("a table in PostgreSQL", () => {
  it.each([
    ["cache_key varchar(255) PRIMARY KEY, value bytea", "cache_key is character varying(255) (expected bytea, unique)"],
    ["cache_key bytea PRIMARY KEY, value text", "value is text (expected bytea)"],
  ])("is rejected with the columns (%s)", async (definition, problems) => {
    await expectProblems(await handMade("postgres", `${definition}, ${definitions.postgres.times}`), problems)
  })

  it("is rejected if its times are too narrow, or dates", async () => {
    await expectProblems(
      await handMade("postgres", "cache_key bytea PRIMARY KEY, value bytea, expires_at int, written_at timestamptz"),
      "expires_at is integer (expected bigint, nullable); written_at is timestamp with time zone (expected bigint)",
    )
  })

  it("is rejected if no upsert can use its index", async () => {
    const { key, value, times } = definitions.postgres
    const problem = "cache_key is bytea, not unique (expected bytea, unique)"
    await expectProblems(
      await handMade("postgres", `${key}, ${value}, ${times}, UNIQUE (cache_key) DEFERRABLE`),
      problem,
    )
    const partial = "CREATE UNIQUE INDEX TABLE_NAME_key ON TABLE_NAME (cache_key) WHERE expires_at IS NOT NULL"
    await expectProblems(await handMade("postgres", `${key}, ${value}, ${times}`, partial), problem)
  })

  it("may have an index that includes other columns", async () => {
    const { key, value, times } = definitions.postgres
    const covering = "CREATE UNIQUE INDEX TABLE_NAME_key ON TABLE_NAME (cache_key) INCLUDE (expires_at)"
    const { backend } = await handMade("postgres", `${key}, ${value}, ${times}`, covering)
    await backend.ping()
    await backend.set("key", bytes("value"))
    expect(text(await backend.get("key"))).toBe("value")
  })
})

describe("a table in MySQL", () => {
  it.each([
    [
      "cache_key VARCHAR(255) CHARACTER SET utf8mb4 PRIMARY KEY, value LONGBLOB",
      "cache_key is varchar(255) (expected VARBINARY(1024), unique)",
    ],
    [
      "cache_key VARBINARY(255) PRIMARY KEY, value BLOB",
      "cache_key is varbinary(255) (expected VARBINARY(1024), unique); value is blob (expected LONGBLOB)",
    ],
    ["cache_key VARBINARY(2048) PRIMARY KEY, value MEDIUMBLOB", "value is mediumblob (expected LONGBLOB)"],
    ["cache_key VARBINARY(1024) PRIMARY KEY, value LONGTEXT", "value is longtext (expected LONGBLOB)"],
    [
      "cache_key VARBINARY(1024), value LONGBLOB, UNIQUE (cache_key(100))",
      "cache_key is varbinary(1024), not unique (expected VARBINARY(1024), unique)",
    ],
  ])("is rejected with the columns (%s)", async (definition, problems) => {
    await expectProblems(await handMade("mysql", `${definition}, ${definitions.mysql.times}`), problems)
  })

  it("is rejected if its times are too narrow, or dates", async () => {
    const { backend } = await handMade(
      "mysql",
      "cache_key VARBINARY(1024) PRIMARY KEY, value LONGBLOB, expires_at INT, written_at DATETIME",
    )
    await expect(backend.ping()).rejects.toThrow(
      /\(expires_at is int(\(11\))? \(expected BIGINT, nullable\); written_at is datetime \(expected BIGINT\)\)/,
    )
  })
})

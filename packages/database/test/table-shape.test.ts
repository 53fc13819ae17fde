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

/** A backend on a table that is made by hand. */
async function handMade(kind: DatabaseKind, definition: string, ...more: string[]) {
  const place = temporaryTable(kind)
  onTestFinished(place.remove)
  const backend = await fromUrl(place.url)
  onTestFinished(() => backend.close())
  await place.run(`CREATE TABLE ${place.table} (${definition})`)
  for (const sql of more) await place.run(sql.replaceAll("TABLE_NAME", place.table))
  return { backend, place }
}

async function expectMisfit({ backend, place }: { backend: DatabaseBackend; place: TemporaryTable }, misfits: string) {
  for (const call of [() => backend.ping(), () => backend.createTable(), () => backend.createTable({ dryRun: true })]) {
    const error: unknown = await call().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: "TableError", code: "TABLE_SHAPE", table: place.table })
    expect(String(error)).toContain(`${place.table} is not a cache table, or one of another version (${misfits}): `)
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

  it("that is created here is a cache table", async () => {
    const { backend } = await temporaryBackend(kind)
    await backend.ping()
    expect((await backend.createTable()).existed).toBe(true)
  })

  it("that is made by hand may have more columns and another unique index", async () => {
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

  it("may have a key that is not unique", async () => {
    const misfit = `cache_key is ${unlessSqlite(shownKey)}, not unique (expected ${keyType}, unique)`
    await expectMisfit(await handMade(kind, `${key}, ${value}, ${times}`), misfit)
    await expectMisfit(await handMade(kind, `${key}, ${value}, ${times}, UNIQUE (cache_key, written_at)`), misfit)
  })

  it("may have no column of the right name", async () => {
    const all = [`cache_key is missing (expected ${keyType}, unique)`, `value is missing (expected ${valueType})`]
    const place = await handMade(kind, `id INTEGER, ${times}`)
    await expectMisfit(place, all.join("; "))
  })

  it("may have an expiry that must be there", async () => {
    const notNull = times.replace(",", " NOT NULL,")
    const found = { sqlite: "INTEGER", postgres: "bigint", mysql: "bigint" }[kind]
    const { backend, place } = await handMade(kind, `${key} PRIMARY KEY, ${value}, ${notNull}`)
    const error: unknown = await backend.ping().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: "TABLE_SHAPE", table: place.table })
    expect(String(error)).toMatch(
      new RegExp(`\\(expires_at is ${found}(\\(20\\))?, not nullable \\(expected ${timeType}, nullable\\)\\)`),
    )
  })

  it("may be a view, or a name that nothing has", async () => {
    const { backend, place } = await temporaryBackend(kind)
    const view = await fromUrl(`${place.url}_view`)
    onTestFinished(() => view.close())
    await expect(view.ping()).rejects.toMatchObject({ code: "TABLE_MISSING" })
    await place.run(`CREATE VIEW ${place.table}_view AS SELECT * FROM ${place.table}`)
    onTestFinished(() => place.run(`DROP VIEW ${place.table}_view`))
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
  ])("may be made with (%s)", async (definition, misfits) => {
    await expectMisfit(await handMade("sqlite", definition), misfits)
  })

  it("may have no rowids, or an index for some keys", async () => {
    const { key, value, times } = definitions.sqlite
    const { backend } = await handMade("sqlite", `${key} PRIMARY KEY, ${value}, ${times}) WITHOUT ROWID -- `)
    await expect(backend.ping()).rejects.toMatchObject({ code: "TABLE_SHAPE" })
    const partial = "CREATE UNIQUE INDEX TABLE_NAME_key ON TABLE_NAME (cache_key) WHERE value > 0"
    await expectMisfit(
      await handMade("sqlite", `${key}, ${value}, ${times}`, partial),
      "cache_key is BLOB, not unique (expected BLOB, unique)",
    )
  })
})

describe("a table in PostgreSQL", () => {
  it.each([
    ["cache_key varchar(255) PRIMARY KEY, value bytea", "cache_key is character varying(255) (expected bytea, unique)"],
    ["cache_key bytea PRIMARY KEY, value text", "value is text (expected bytea)"],
  ])("may be made with (%s)", async (definition, misfits) => {
    await expectMisfit(await handMade("postgres", `${definition}, ${definitions.postgres.times}`), misfits)
  })

  it("may have an expiry that is too narrow, or a date", async () => {
    await expectMisfit(
      await handMade("postgres", "cache_key bytea PRIMARY KEY, value bytea, expires_at int, written_at timestamptz"),
      "expires_at is integer (expected bigint, nullable); written_at is timestamp with time zone (expected bigint)",
    )
  })

  it("may have an index that no upsert can go by", async () => {
    const { key, value, times } = definitions.postgres
    const misfit = "cache_key is bytea, not unique (expected bytea, unique)"
    await expectMisfit(await handMade("postgres", `${key}, ${value}, ${times}, UNIQUE (cache_key) DEFERRABLE`), misfit)
    const partial = "CREATE UNIQUE INDEX TABLE_NAME_key ON TABLE_NAME (cache_key) WHERE expires_at IS NOT NULL"
    await expectMisfit(await handMade("postgres", `${key}, ${value}, ${times}`, partial), misfit)
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
  ])("may be made with (%s)", async (definition, misfits) => {
    await expectMisfit(await handMade("mysql", `${definition}, ${definitions.mysql.times}`), misfits)
  })

  it("may have an expiry that is too narrow, or a date", async () => {
    const { backend } = await handMade(
      "mysql",
      "cache_key VARBINARY(1024) PRIMARY KEY, value LONGBLOB, expires_at INT, written_at DATETIME",
    )
    await expect(backend.ping()).rejects.toThrow(
      /\(expires_at is int(\(11\))? \(expected BIGINT, nullable\); written_at is datetime \(expected BIGINT\)\)/,
    )
  })
})

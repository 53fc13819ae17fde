import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { readDatabaseUrl } from "./database-url.js"

const pathOf = (url: string) => {
  const { target } = readDatabaseUrl(url)
  return target.kind === "sqlite" ? target.path : undefined
}

describe("a sqlite: URL", () => {
  it("resolves a relative path from the working directory", () => {
    expect(pathOf("sqlite:./cache.db")).toBe(join(process.cwd(), "cache.db"))
    expect(pathOf("sqlite:cache.db")).toBe(join(process.cwd(), "cache.db"))
  })

  it("keeps an absolute path, and :memory:", () => {
    expect(pathOf("sqlite:/var/a%20b.db")).toBe("/var/a b.db")
    expect(pathOf("SQLITE:///var/cache.db?table=news")).toBe("/var/cache.db")
    expect(pathOf("sqlite::memory:")).toBe(":memory:")
  })

  it("has parameters for the table and the limit", () => {
    expect(readDatabaseUrl("sqlite:c.db?table=main.news&maxEntries=10").options).toEqual({
      table: "main.news",
      maxEntries: 10,
    })
  })
})

describe("the URL of a server", () => {
  it("has one of two schemes per database", () => {
    const kindOf = (scheme: string) => readDatabaseUrl(`${scheme}://user:secret@host:99/news`).target.kind
    expect(["postgres", "postgresql", "mysql", "mariadb"].map(kindOf)).toEqual([
      "postgres",
      "postgres",
      "mysql",
      "mysql",
    ])
  })

  it.each(["postgres", "mysql"])("is returned without parameters, and the TLS settings separately: %s", (scheme) => {
    const { target, options } = readDatabaseUrl(`${scheme}://host/news?table=a.b&sslmode=no-verify&maxEntries=5`)
    expect(options).toEqual({ table: "a.b", maxEntries: 5 })
    expect(target).toMatchObject({ kind: scheme, url: { search: "" }, tls: { verification: "no-verify" } })
  })
})

describe("a database URL", () => {
  it.each([
    ["", "unknown form"],
    ["redis://host/1", "unknown form"],
    ["postgres:", "names no host"],
    ["postgres://u:hunter2@host:port/news", "unknown form"],
    ["postgres://u:hunter2?@host/news", "unknown form"],
    ["postgres:u:hunter2@host/news", "names no host"],
    ["postgres://u:hunter2\n@host", "names no database"],
    ["postgres://u@host/news?password=hunter2", 'no parameter "password"'],
    ["sqlite:", "names no file"],
    ["sqlite://", "names no file"],
    ["sqlite:./c.db#x", "%23"],
    ["sqlite:%zz", "URI malformed"],
    ["sqlite://elsewhere/c.db", "host"],
    ["sqlite:c.db?mode=ro", 'no parameter "mode"'],
    ["sqlite:c.db?maxEntries=0", 'maxEntries is "0", expected a positive integer'],
    ["sqlite:c.db?maxEntries=1e3", 'maxEntries is "1e3"'],
    ["sqlite:c.db?table=a&table=b", "table is given twice"],
    ["mysql://u:hunter2@host", "names no database"],
    ["mysql://u:hunter2@host/a/b", "names no database"],
    ["mysql://u:hunter2@host/a#b", "%23"],
    ["mysql://u:hunter2%zz@host/a", "%"],
    ["mysql://u:hunter2@host/a?sslmode=prefer", 'sslmode is "prefer", expected one of disable'],
    ["mysql://u:hunter2@host/a?ssl-mode=REQUIRED", 'no parameter "ssl-mode"'],
    ["postgres://u:hunter2@host/a?sslmode=require&sslmode=disable", "sslmode is given twice"],
    ["sqlite:c.db?ssl=true", 'no parameter "ssl"'],
    ["postgres://u:hunter2@host/a?toString=1", 'no parameter "toString"'],
  ])("is refused without showing a password: %j, because of %j", (url, reason) => {
    expect(() => readDatabaseUrl(url)).toThrow(TypeError)
    expect(() => readDatabaseUrl(url)).toThrow(reason)
    expect(() => readDatabaseUrl(url)).not.toThrow("hunter2")
  })
})

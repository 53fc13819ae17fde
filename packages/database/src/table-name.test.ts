import { describe, expect, it } from "vitest"
import { readTableName } from "./table-name.js"

describe("the name of a table", () => {
  it("may have a schema", () => {
    expect(readTableName("larder_cache")).toEqual({ schema: undefined, table: "larder_cache" })
    expect(readTableName("news.cache")).toEqual({ schema: "news", table: "cache" })
  })

  it.each(["order", "Überschrift", "cache entries", "2026-cache", "$cache", "x".repeat(50)])(
    "may be unusual: %j",
    (name) => expect(readTableName(name).table).toBe(name),
  )

  it.each([
    "",
    ".",
    "cache.",
    ".cache",
    "a.b.c",
    " cache",
    "cache ",
    "cache\n",
    "cache\0",
    'cache"; DROP TABLE users; --',
    "cache`; DROP TABLE users",
    "cache'",
    "cache;",
    "cache/**/",
    "-- cache",
    "cache\\",
    "x".repeat(51),
    "Ü".repeat(26),
    undefined,
    7,
    ["cache"],
  ])("is refused if it is %j", (name) => {
    expect(() => readTableName(name)).toThrow(TypeError)
    expect(() => readTableName(name)).toThrow("table must be a name or schema.name")
  })
})

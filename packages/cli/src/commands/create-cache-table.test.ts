import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { main } from "../main.js"

const config = `
const table = (existed) => ({
  name: "database",
  createTable: async ({ dryRun }) => ({ existed, sql: "CREATE TABLE " + (dryRun ? "dry" : "wet") + ";\\n" }),
})
const backends = {
  fresh: table(false),
  there: table(true),
  broken: { name: "database", createTable: async () => { throw new Error("no answer of mysql://ada:secret@host") } },
  memory: { name: "locmem" },
  tiers: { name: "tiered", far: table(false) },
}
const chosen = CONFIGURED.split(" ")
const use = (alias) => {
  if (alias === "wrong") throw new TypeError("redi://ada:secret@host names no Redis server")
  return { backend: backends[alias] }
}
export const caches = { aliases: chosen, use, close: async () => {} }
`
let directory = ""

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "larder-createcachetable-"))
})

afterAll(() => rmSync(directory, { recursive: true }))

async function createCacheTable(configured: string, ...words: string[]) {
  // A module is loaded once for each path.
  const folder = mkdtempSync(join(directory, "project-"))
  writeFileSync(join(folder, "larder.config.mjs"), `const CONFIGURED = ${JSON.stringify(configured)}\n${config}`)
  const lines: { out: string[]; error: string[] } = { out: [], error: [] }
  const output = { out: (line: string) => lines.out.push(line), error: (line: string) => lines.error.push(line) }
  return { code: await main(["createcachetable", ...words], output, folder), ...lines }
}

describe("larder createcachetable", () => {
  it("creates the tables of all database caches, and skips other caches", async () => {
    expect(await createCacheTable("fresh there memory")).toEqual({
      code: 0,
      out: ["fresh: the table was created", "there: the table already exists"],
      error: [],
    })
  })

  it("creates the table of the far tier", async () => {
    expect(await createCacheTable("tiers", "tiers")).toEqual({
      code: 0,
      out: ["tiers: the table was created"],
      error: [],
    })
  })

  it("creates only the tables of the named caches", async () => {
    expect(await createCacheTable("fresh there memory", "there")).toMatchObject({
      code: 0,
      out: ["there: the table already exists"],
    })
    expect(await createCacheTable("fresh there memory", "memory")).toMatchObject({
      code: 2,
      error: ["larder: memory: the locmem backend has no table", expect.anything()],
    })
    expect(await createCacheTable("fresh", "nowhere")).toMatchObject({ code: 2 })
  })

  it("prints the SQL and creates nothing with --dry-run", async () => {
    expect(await createCacheTable("fresh", "--dry-run")).toEqual({ code: 0, out: ["CREATE TABLE dry;"], error: [] })
  })

  it("continues after a failure, reports it without passwords, and returns 1", async () => {
    expect(await createCacheTable("broken fresh")).toEqual({
      code: 1,
      out: ["fresh: the table was created"],
      error: ["broken: no answer of mysql://***@host"],
    })
  })

  it("continues after a cache with invalid settings, and names it", async () => {
    expect(await createCacheTable("wrong fresh")).toEqual({
      code: 1,
      out: ["fresh: the table was created"],
      error: ["wrong: redi://***@host names no Redis server"],
    })
  })

  it("prints JSON on one line", async () => {
    const { out } = await createCacheTable("fresh broken", "--json")
    expect(JSON.parse(out.join("\n"))).toEqual([
      { cache: "fresh", ok: true, existed: false, created: true, sql: "CREATE TABLE wet;\n" },
      { cache: "broken", ok: false, error: "no answer of mysql://***@host" },
    ])
  })

  it("rejects invalid arguments", async () => {
    expect((await createCacheTable("memory")).error[0]).toBe("larder: memory: the locmem backend has no table")
    expect((await createCacheTable("fresh", "--table", "t")).error[0]).toMatch(/--table goes with --url/)
    expect((await createCacheTable("fresh", "fresh", "--url", "dummy:")).error[0]).toMatch(/either --url or aliases/)
    expect((await createCacheTable("fresh", "--url", "dummy:")).error[0]).toBe(
      "larder: dummy:: the dummy backend has no table",
    )
  })
})

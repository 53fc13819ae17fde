import { KeyvSqlite } from "@keyv/sqlite"
import { BackendError, Cache } from "@larder/core"
import Database from "better-sqlite3"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { DatabaseBackend, fromUrl } from "../src/index.js"
import { temporaryBackend, temporaryTable } from "./temporary-table.js"
import { bytes, text } from "./text-value.js"

describe("getSync", () => {
  it("exists if the client is synchronous", async () => {
    const adapter = new KeyvSqlite({ uri: "sqlite://:memory:" })
    onTestFinished(() => adapter.disconnect())
    expect(new DatabaseBackend({ client: adapter }).getSync).toBeUndefined()
    for (const url of ["postgres://localhost/news", "mysql://localhost/news"]) {
      const backend = await fromUrl(url)
      expect(backend.getSync).toBeUndefined()
      await backend.close()
    }
    const { backend } = await temporaryBackend("sqlite")
    await backend.set("key", bytes("value"))
    expect(text(backend.getSync?.("key"))).toBe("value")
  })

  it("throws what get rejects with", async () => {
    const client = new Database(":memory:")
    const backend = new DatabaseBackend({ client })
    expect(() => backend.getSync?.("key")).toThrow(expect.objectContaining({ code: "TABLE_MISSING" }))
    client.close()
    await expect(backend.get("key")).rejects.toThrow("closed by its owner")
    expect(() => backend.getSync?.("key")).toThrow("closed by its owner")
  })
})

describe("a file that another connection has locked", () => {
  /** A backend without a busy timeout, whose file another connection locks until `release`. */
  async function locked() {
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue()
    const table = temporaryTable("sqlite")
    const path = table.database
    const [client, other] = [new Database(path, { timeout: 0 }), new Database(path)]
    onTestFinished(async () => {
      warn.mockRestore()
      client.close()
      other.close()
      await table.remove()
    })
    const backend = new DatabaseBackend({ client, table: table.name })
    await backend.createTable()
    await backend.set("pages:1:key", bytes('"value"'))
    other.exec("BEGIN EXCLUSIVE")
    return { backend, release: () => void other.exec("COMMIT") }
  }

  it('makes reads fail with the option onError: "throw"', async () => {
    const { backend, release } = await locked()
    const cache = new Cache(backend, { keyPrefix: "pages", onError: "throw" })
    const busy = { backend: "sqlite", operation: "get", key: "key", cause: { code: "SQLITE_BUSY" } }
    await expect(cache.get("key")).rejects.toMatchObject(busy)
    await expect(cache.getOrSet("key", () => "made")).rejects.toMatchObject(busy)
    expect(() => cache.getSync("key")).toThrow(BackendError)
    release()
    expect(await cache.get("key")).toBe("value")
  })

  it("makes reads miss by default, and emits one warning", async () => {
    const { backend, release } = await locked()
    const cache = new Cache(backend, { keyPrefix: "pages" })
    expect(await cache.get("key")).toBeUndefined()
    expect(cache.getSync("key", { default: "none" })).toBe("none")
    expect(process.emitWarning).toHaveBeenCalledOnce()
    release()
    expect(await cache.get("key")).toBe("value")
  })
})

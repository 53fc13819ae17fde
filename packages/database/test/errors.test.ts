import { once } from "node:events"
import { createServer as createHttpServer } from "node:http"
import { type AddressInfo, createServer, type Server } from "node:net"
import { BackendError, Cache } from "@larder/core"
import { addressOf } from "@larder/services/address"
import Database from "better-sqlite3"
import pg from "pg"
import { describe, expect, it, onTestFinished } from "vitest"
import { DatabaseBackend, DatabaseError, fromUrl } from "../src/index.js"

/** What a cache with this store says. */
async function failureOf(backend: DatabaseBackend, operationTimeout = 10): Promise<BackendError> {
  const cache = new Cache(backend, { onError: "throw", operationTimeout })
  onTestFinished(() => cache.close())
  const error: unknown = await cache.get("key").catch((reason: unknown) => reason)
  if (error instanceof BackendError) return error
  throw new Error(`Expected a BackendError, got ${String(error)}`)
}

/** The address of a server that is no database. */
async function placeOf(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const databases = { postgres: "POSTGRES_URL", mysql: "MYSQL_URL" }

describe.each(Object.entries(databases))(
  "an error of %s names the backend and the address, and no password,",
  (scheme, variable) => {
    it("when nobody listens there", async () => {
      const server = createServer()
      const place = await placeOf(server)
      server.close()
      await once(server, "close")
      const { message } = await failureOf(await fromUrl(`${scheme}://user:secret@${place}/news`))
      expect(message).toContain(`${scheme} backend`)
      expect(message).toContain(place)
      expect(message).not.toContain("secret")
    })

    it("when the password is wrong", async () => {
      const { host, username, pathname } = new URL(addressOf(variable))
      const error = await failureOf(await fromUrl(`${scheme}://${username}:secret@${host}${pathname}`))
      expect(error.cause).toBeInstanceOf(DatabaseError)
      expect(error.cause).toMatchObject({ code: expect.stringMatching(/^(28P01|ER_ACCESS_DENIED_ERROR)$/) })
      expect(error.message).toContain(`${scheme}://${host}${pathname}: `)
      expect(error.message).not.toContain("secret")
    })

    it("when the database is not there", async () => {
      const { host, username, password } = new URL(addressOf(variable))
      const { message } = await failureOf(await fromUrl(`${scheme}://${username}:${password}@${host}/nowhere`))
      expect(message).toContain(`${scheme}://${host}/nowhere: `)
    })

    it("when the server speaks something else", async () => {
      const web = await placeOf(createHttpServer((_request, response) => void response.end("hello")))
      const error = await failureOf(await fromUrl(`${scheme}://user:secret@${web}/news`))
      expect(error.message).toContain(`${scheme}://${web}/news: `)
      expect(error.message).not.toContain("secret")
    })
  },
)

describe("an error of SQLite names the file", () => {
  it.each(["/nowhere/cache.db", import.meta.dirname, import.meta.filename])("when %s is none", async (path) => {
    await expect(fromUrl(`sqlite:${path}`)).rejects.toThrow(`sqlite:${path}: `)
    await expect(fromUrl(`sqlite:${path}`)).rejects.toBeInstanceOf(DatabaseError)
  })
})

describe("a client that its owner has closed", () => {
  it("rejects every call, and says so", async () => {
    const file = new Database(":memory:")
    const inFile = new DatabaseBackend({ client: file })
    await inFile.createTable()
    file.close()
    expect((await failureOf(inFile)).message).toMatch(/sqlite backend.*not open/)
    const pool = new pg.Pool({ connectionString: addressOf("POSTGRES_URL") })
    await pool.end()
    expect((await failureOf(new DatabaseBackend({ client: pool }))).message).toMatch(
      /postgres:\/\/[^@]*: .*after calling end/,
    )
  })
})

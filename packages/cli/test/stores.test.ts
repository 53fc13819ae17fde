import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Backend, Cache } from "@larder/core"
import { fromUrl as databaseFromUrl } from "@larder/database"
import { FilesystemBackend } from "@larder/filesystem"
import { MemcachedBackend } from "@larder/memcached"
import { RedisBackend } from "@larder/redis"
import { addressOf } from "@larder/services/address"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { toJsonForm } from "../src/value-forms.js"
import { larder, type Run } from "./run-larder.js"

const directory = mkdtempSync(join(tmpdir(), "larder-stores-"))
/** Other tests use the servers too. */
const keyPrefix = `cli-${randomBytes(6).toString("hex")}`
const sqlite = `sqlite:${join(directory, "cache.db")}`
const memcached = addressOf("MEMCACHED_URLS").replaceAll("memcached://", "").split(",")

beforeAll(async () => {
  const backend = await databaseFromUrl(sqlite)
  await backend.createTable()
  await backend.close()
})

afterAll(() => rmSync(directory, { recursive: true }))

/** Each function opens a store like a new process. */
const stores: Readonly<Record<string, () => Promise<Backend<unknown>>>> = {
  filesystem: async () => new FilesystemBackend({ directory: join(directory, "files") }),
  sqlite: () => databaseFromUrl(sqlite),
  redis: async () => new RedisBackend({ url: addressOf("REDIS_URL") }),
  memcached: async () => new MemcachedBackend({ servers: memcached }),
}

const values = fc
  .anything({
    withBigInt: true,
    withDate: false,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  })
  .filter((value) => value !== undefined)

/** A key that every store supports, with namespaces and a version. */
const places = fc.record({
  key: fc.stringMatching(/^[!-~]{1,40}$/),
  namespaces: fc.array(fc.constantFrom("a", "b:c", "--json"), { maxLength: 2 }),
  version: fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
})

describe.each(Object.entries(stores))("the commands on %s", (_, open) => {
  let cache: Cache

  beforeAll(async () => {
    cache = new Cache(await open(), { keyPrefix, onError: "throw" })
  })

  afterAll(async () => {
    await cache.clear()
    await cache.close()
  })

  async function run(...words: string[]): Promise<Run> {
    const backend = await open()
    return larder({ default: { backend: () => backend, keyPrefix } }, words)
  }

  it("read what a program with the same configuration writes, and write what it reads", async () => {
    await fc.assert(
      fc.asyncProperty(places, values, values, async ({ key, namespaces, version }, written, answered) => {
        const view = namespaces.reduce((outer, name) => outer.namespace(name), cache).withVersion(version ?? 1)
        const options = [
          ...namespaces.map((name) => `--namespace=${name}`),
          ...(version === undefined ? [] : [`--key-version=${version}`]),
          "--json",
        ]
        const form = toJsonForm(written)
        const [as, text] = "rich" in form ? ["rich", form.rich] : ["json", form.value]
        await run("set", ...options, "--as", as, "--", key, JSON.stringify(text))
        expect(await view.get(key)).toStrictEqual(written)

        await view.set(key, answered)
        const got = await run("get", ...options, "--", key)
        const answer = { key, ok: true, found: true, ...toJsonForm(answered) }
        expect(JSON.parse(got.out[0] ?? "")).toEqual(JSON.parse(JSON.stringify([answer])))

        expect((await run("delete", ...options, "--", key)).code).toBe(0)
        expect(await view.has(key)).toBe(false)
      }),
      { numRuns: 25 },
    )
  })

  it("touch, invalidate and clear entries of a program", async () => {
    await cache.setMany({ one: 1, two: 2 }, { timeout: "1h", tags: ["t"] })
    await cache.set("three", 3)
    expect(await run("touch", "one", "--timeout", "2h")).toMatchObject({ code: 0, error: [] })
    expect(await run("invalidate-tags", "t")).toMatchObject({ code: 0, error: [] })
    expect([...(await cache.getMany(["one", "two", "three"])).keys()]).toEqual(["three"])
    expect(await run("clear", "default", "--yes")).toMatchObject({ code: 0, out: ["default: cleared"] })
    expect(await cache.get("three")).toBe(undefined)
  })

  it("print keys and expiry times if the store supports it", async () => {
    await cache.setMany({ "user:1": 1, "user:2": 2 }, "1h")
    const [listed, left] = [await run("keys", "user:"), await run("ttl", "user:1")]
    if (cache.backend.keys === undefined) {
      const message = "larder: keys is not supported: the memcached backend has no keys"
      expect(listed).toMatchObject({ code: 2, error: [message, expect.anything()] })
    } else expect([...listed.out].sort()).toEqual(["user:1", "user:2"])
    if (cache.backend.ttl === undefined) expect(left.code).toBe(2)
    else expect(left.out[0]).toMatch(/^user:1: expires in (1h|59m)/)
  })
})

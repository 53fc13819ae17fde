import { describe, expectTypeOf, it } from "vitest"
import type { Cache } from "./cache.js"
import type { CacheOptions } from "./cache-options.js"
import { createCaches } from "./create-caches.js"
import { DummyBackend } from "./dummy-backend.js"
import type { Timeout } from "./timeout.js"

interface User {
  name: string
}

declare const cache: Cache

describe("types", () => {
  it("carry the value", () => {
    expectTypeOf(cache.get<User>("k")).resolves.toEqualTypeOf<User | undefined>()
    expectTypeOf(cache.get("k")).resolves.toEqualTypeOf<unknown>()
    expectTypeOf(cache.get<User, null>("k", { default: null })).resolves.toEqualTypeOf<User | null>()
    expectTypeOf(cache.get<User>("k", { default: { name: "nobody" } })).resolves.toEqualTypeOf<User>()
    expectTypeOf(cache.get<User | null>("k", { default: null, version: 2 })).resolves.toEqualTypeOf<User | null>()
    // @ts-expect-error: no user
    cache.get<User>("k", { default: 0 })
    expectTypeOf(cache.getMany<User>(["k"])).resolves.toEqualTypeOf<Map<string, User>>()
  })

  it("infer what a producer makes", () => {
    expectTypeOf(cache.getOrSet("k", async () => ({ name: "x" }))).resolves.toEqualTypeOf<User>()
    expectTypeOf(cache.getOrSet("k", () => 5)).resolves.toEqualTypeOf<number>()
    expectTypeOf(cache.getOrSet("k", (): User | undefined => undefined)).resolves.toEqualTypeOf<User | undefined>()
    expectTypeOf(cache.getOrSet("k", 5)).resolves.toEqualTypeOf<number>()
  })

  it("take records and pairs of any type in setMany, and nothing else", () => {
    const user: User = { name: "x" }
    const record: Record<string, User> = { user }
    expectTypeOf(cache.setMany(user)).resolves.toEqualTypeOf<string[]>()
    cache.setMany(record, "5m")
    cache.setMany({ user, number: 1 }, { timeout: 5, tags: ["t"] })
    cache.setMany(new Map([["user", user]]))
    cache.setMany(Object.entries(record))
    // @ts-expect-error: values without keys
    cache.setMany([user])
    // @ts-expect-error: the same
    cache.setMany(new Set(["user"]))
    // @ts-expect-error: not awaited
    cache.setMany(Promise.resolve(record))
    // @ts-expect-error: one value
    cache.setMany(new Date())
    // @ts-expect-error: a function
    cache.setMany(() => record)
    // @ts-expect-error: a key
    cache.setMany("user", user)
  })

  it("take keys and tags from any iterable but a string, whose characters they would be", () => {
    const tags = new Map([["t", 1]])
    cache.set("k", 1, { tags: ["t"] as const })
    cache.set("k", 1, { tags: new Set(["t"]) })
    cache.getOrSet("k", () => 1, { tags: tags.keys() })
    cache.invalidateTags(tags.keys())
    cache.getMany(tags.keys())
    // @ts-expect-error: a string
    cache.set("k", 1, { tags: "t" })
    // @ts-expect-error: a string
    cache.getOrSet("k", () => 1, { tags: "t" })
    // @ts-expect-error: a string
    cache.getOrSet("k", ({ tags: add }) => add("t"), { tags: [] })
    // @ts-expect-error: a string
    cache.getOrSetMany(["k"], (_, { tags: add }) => [["k", add("k", "t")]], { tags: [] })
    // @ts-expect-error: a string
    cache.invalidateTags("t")
    // @ts-expect-error: a string
    cache.snapshotTags("t")
    // @ts-expect-error: a string
    cache.getMany("k")
    // @ts-expect-error: a string
    cache.deleteMany("k")
  })

  it("take options that may be undefined, with exactOptionalPropertyTypes, too", () => {
    const { signal, tags, timeout, version }: Partial<Record<string, undefined>> = {}
    cache.get("k", { version })
    cache.set("k", 1, { timeout, tags, version })
    cache.getOrSet("k", () => 1, { timeout, tags, signal, staleFor: timeout, lock: { wait: timeout } })
    cache.lock("k", { timeout, signal })
    cache.wrap((id: number) => id, { name: undefined, tags, timeout })
    expectTypeOf<{ timeout: Timeout | undefined; alias: string | undefined }>().toExtend<CacheOptions>()
  })

  it("know the aliases", () => {
    const caches = createCaches({ default: { backend: () => new DummyBackend() } })
    expectTypeOf(caches.default).toEqualTypeOf<Cache>()
    // @ts-expect-error: there is no such alias
    caches.nothing
  })

  it("know durations", () => {
    expectTypeOf<"15m">().toExtend<Timeout>()
    expectTypeOf<"250ms">().toExtend<Timeout>()
    expectTypeOf<null>().toExtend<Timeout>()
    expectTypeOf<"15 minutes">().not.toExtend<Timeout>()
    expectTypeOf<"15">().not.toExtend<Timeout>()
  })
})

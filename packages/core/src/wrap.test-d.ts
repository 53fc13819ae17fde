import { describe, expectTypeOf, it } from "vitest"
import type { Cache } from "./cache.js"
import { type WrappingCache, wrap } from "./wrap.js"

interface User {
  name: string
}

declare const cache: Cache
declare function load(id: number, how?: { deep: boolean }): Promise<User | undefined>

describe("types of wrap", () => {
  it("take a cache as it is", () => {
    expectTypeOf<Cache>().toExtend<WrappingCache>()
  })

  it("carry the arguments and the result", () => {
    const cached = wrap(cache, load, "5m")
    expectTypeOf<Parameters<typeof cached>>().toEqualTypeOf<Parameters<typeof load>>()
    expectTypeOf(cached(1)).toEqualTypeOf<Promise<User | undefined>>()
    expectTypeOf(cached.key(1, { deep: true })).toEqualTypeOf<string>()
    expectTypeOf(cached.invalidate(1)).toEqualTypeOf<Promise<boolean>>()
    // @ts-expect-error: it is a number
    cached.invalidate("1")
  })

  it("make a promise of what a plain function gives", () => {
    expectTypeOf(wrap(cache, (id: number) => ({ id }), { name: "plain" })(1)).toEqualTypeOf<Promise<{ id: number }>>()
  })

  it("know the arguments in key and tags", () => {
    wrap(cache, load, {
      key: (id, how) => {
        expectTypeOf(id).toEqualTypeOf<number>()
        expectTypeOf(how).toEqualTypeOf<{ deep: boolean } | undefined>()
        return [id]
      },
      tags: (id) => [`user:${id}`],
    })
    // @ts-expect-error: it would end every later call too
    wrap(cache, load, { signal: AbortSignal.abort() })
  })

  it("carry this", () => {
    const cached = wrap(cache, function scale(this: User, id: number) {
      return this.name.repeat(id)
    })
    expectTypeOf(cached).thisParameter.toEqualTypeOf<User>()
    const user = { name: "x", cached }
    expectTypeOf(user.cached(1)).toEqualTypeOf<Promise<string>>()
  })
})

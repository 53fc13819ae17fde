import assert from "node:assert/strict"
import { type Clause, type ClauseContext, clause } from "../clause.js"
import { writesWithTtl } from "../writes.js"

/** Rejects unless `ttl` returns the time left of what `write` writes. */
async function assertTellsTime(
  { backend, clock }: ClauseContext<"ttl">,
  key: string,
  ttl: number,
  write: (key: string, ttl: number) => Promise<unknown>,
): Promise<void> {
  const { ttlResolution } = backend.capabilities
  const start = clock.now()
  await write(key, ttl)
  const left = await backend.ttl(key)
  const passed = clock.now() - start
  assert.ok(
    typeof left === "number" && Number.isFinite(left),
    `ttl of an entry with a ttl of ${ttl}: expected a number, got ${String(left)}`,
  )
  assert.ok(
    left <= ttl + ttlResolution,
    `ttl of an entry with a ttl of ${ttl}: expected at most ${ttl + ttlResolution}, got ${left}`,
  )
  // One more, because two clocks round fractions of a millisecond.
  assert.ok(
    left >= ttl - passed - ttlResolution - 1,
    `ttl ${passed} ms into a ttl of ${ttl}: expected at least ${ttl - passed - ttlResolution}, got ${left}`,
  )
}

/** `ttl`. */
export const ttlClauses: readonly Clause[] = [
  clause({
    id: "ttl.1",
    title: "ttl returns the milliseconds left, within ttlResolution",
    uses: ["ttl"],
    async run(context) {
      const { backend, key, values, longTtl } = context
      for (const ttl of [longTtl, 90_061_001]) {
        await assertTellsTime(context, key(`${ttl}`), ttl, (name) => backend.set(name, values.text("a"), ttl))
      }
    },
  }),
  clause({
    id: "ttl.2",
    title: "ttl returns null for an entry that never expires",
    uses: ["ttl"],
    async run({ backend, key, values }) {
      await backend.set(key("immortal"), values.text("a"))
      assert.strictEqual(await backend.ttl(key("immortal")), null)
    },
  }),
  clause({
    id: "ttl.3",
    title: "ttl returns undefined if there is no entry",
    uses: ["ttl"],
    async run({ backend, key, values }) {
      assert.strictEqual(await backend.ttl(key("nobody")), undefined)
      await backend.set(key("removed"), values.text("a"))
      await backend.delete(key("removed"))
      assert.strictEqual(await backend.ttl(key("removed")), undefined, "a removed entry")
    },
  }),
  clause({
    id: "ttl.4",
    title: "ttl returns undefined for an expired entry",
    uses: ["ttl"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("mortal"), values.text("a"), shortTtl)
      await expire()
      assert.strictEqual(await backend.ttl(key("mortal")), undefined)
    },
  }),
  clause({
    id: "ttl.5",
    title: "ttl decreases as time passes",
    uses: ["ttl"],
    timed: "entries",
    async run({ backend, key, values, longTtl, expire }) {
      await backend.set(key("value"), values.text("a"), longTtl)
      const before = await backend.ttl(key("value"))
      await expire()
      const after = await backend.ttl(key("value"))
      assert.ok(
        typeof before === "number" && typeof after === "number" && after < before,
        `ttl after time has passed: expected less than ${before}, got ${after}`,
      )
    },
  }),
  clause({
    id: "ttl.6",
    title: "ttl reflects the expiry whichever method set it, and is null after one removed it",
    uses: ["ttl"],
    async run(context) {
      const { backend, key, values, longTtl } = context
      for (const [method, write] of writesWithTtl(context)) {
        await assertTellsTime(context, key(method), longTtl, write)
      }
      await backend.set(key("set"), values.text("a"))
      assert.strictEqual(await backend.ttl(key("set")), null, "after a set without a ttl")
      if ((await backend.touch?.(key("touch"))) !== undefined) {
        assert.strictEqual(await backend.ttl(key("touch")), null, "after a touch without a ttl")
      }
      await backend.set(key("count"), values.integer(1))
      await backend.incr?.(key("count"), 1)
      assert.strictEqual(await backend.ttl(key("count")), null, "after an incr of an entry without a ttl")
    },
  }),
]

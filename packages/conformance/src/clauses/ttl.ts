import assert from "node:assert/strict"
import { type Clause, clause } from "../clause.js"

/** The time that an entry has left. */
export const ttlClauses: readonly Clause[] = [
  clause({
    id: "ttl.1",
    title: "answers the milliseconds left, no more than the ttl and no less than what has not passed",
    uses: ["ttl"],
    async run({ backend, key, values, clock, longTtl }) {
      const { ttlResolution } = backend.capabilities
      for (const ttl of [longTtl, 90_061_001]) {
        const start = clock.now()
        await backend.set(key(`${ttl}`), values.text("a"), ttl)
        const left = await backend.ttl(key(`${ttl}`))
        const passed = clock.now() - start
        assert.ok(typeof left === "number" && Number.isFinite(left), `ttl answered ${String(left)} for a ttl of ${ttl}`)
        assert.ok(left <= ttl + ttlResolution, `ttl answered ${left} for a ttl of ${ttl}`)
        // One more for the fractions of a millisecond that two clocks round.
        assert.ok(left >= ttl - passed - ttlResolution - 1, `ttl answered ${left}, ${passed} ms into a ttl of ${ttl}`)
      }
    },
  }),
  clause({
    id: "ttl.2",
    title: "answers null for an entry that never expires",
    uses: ["ttl"],
    async run({ backend, key, values }) {
      await backend.set(key("immortal"), values.text("a"))
      assert.strictEqual(await backend.ttl(key("immortal")), null)
    },
  }),
  clause({
    id: "ttl.3",
    title: "answers undefined where no entry is",
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
    title: "answers undefined for an expired entry",
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
    title: "follows the time that passes",
    uses: ["ttl"],
    timed: "entries",
    async run({ backend, key, values, longTtl, expire }) {
      await backend.set(key("value"), values.text("a"), longTtl)
      const before = await backend.ttl(key("value"))
      await expire()
      const after = await backend.ttl(key("value"))
      assert.ok(typeof before === "number" && typeof after === "number" && after < before, `${before}, then ${after}`)
    },
  }),
]

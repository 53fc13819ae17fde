import assert from "node:assert/strict"
import { inspect } from "node:util"
import { type Clause, type ClauseContext, clause } from "../clause.js"
import { assertHolds, assertMissing } from "../entry-assertions.js"
import { outliveFromTheMiddle } from "../half-life.js"
import { showStored } from "../stored-values.js"

const largest = Number.MAX_SAFE_INTEGER
const notIntegers = [
  ...["abc", "", "12abc", "1.5", "1.0", "1.", "1e3", "0x10", " 7", "7 ", "7\n", "7\0", "--1", "-", "+7", "7n", "7_000"],
  ...["7,000", "\u0667", "true", "null"],
]

/** Rejects unless `incr` rejects with this error and keeps the value. */
async function assertRefused(
  { backend, values }: ClauseContext<"incr">,
  key: string,
  held: () => unknown,
  delta: number,
  expected: "TypeError" | "RangeError",
): Promise<void> {
  await backend.delete(key)
  await backend.set(key, held())
  const call = `incr by ${delta} of ${showStored(held())}`
  // Called in an async function: only shape.3 checks that errors are not thrown synchronously.
  const refusal = await (async () => backend.incr(key, delta))().then(
    (sum: number | undefined) => assert.fail(`${call}: expected a rejection with ${expected}, got the result ${sum}`),
    (error: unknown) => error,
  )
  // By name too: a test runner may have its own realm.
  const kind = expected === "TypeError" ? TypeError : RangeError
  const fits = refusal instanceof kind || (refusal instanceof Error && refusal.name === expected)
  assert.ok(fits, `${call}: expected a rejection with ${expected}, got ${inspect(refusal, { depth: 0 })}`)
  await assertHolds(backend, key, held(), `after incr by ${delta} was rejected`)
  await backend.delete(key)
  await backend.set(key, values.integer(1))
  assert.strictEqual(await backend.incr(key, 1), 2, "incr of an integer written after a rejection")
}

/** `incr`. That no increment is lost is `races.3`. */
export const incrClauses: readonly Clause[] = [
  clause({
    id: "incr.1",
    title: "incr adds and returns the sum, which is stored as set would store it",
    uses: ["incr"],
    async run({ backend, key, values }) {
      await backend.set(key("count"), values.integer(41))
      for (const [delta, sum] of [
        [1, 42],
        [10, 52],
        [-10, 42],
        [0, 42],
        [-33, 9],
        [991, 1000],
        [-1, 999],
      ] as const) {
        assert.strictEqual(await backend.incr(key("count"), delta), sum, `incr by ${delta}`)
        await assertHolds(backend, key("count"), values.integer(sum), `after incr by ${delta}`)
      }
    },
  }),
  clause({
    id: "incr.2",
    title: "incr counts below zero and back",
    uses: ["incr"],
    async run({ backend, key, values }) {
      await backend.set(key("count"), values.integer(1))
      for (const [delta, sum] of [
        [-1, 0],
        [-1, -1],
        [-99, -100],
        [1, -99],
        [100, 1],
      ] as const) {
        assert.strictEqual(await backend.incr(key("count"), delta), sum, `incr by ${delta}`)
        await assertHolds(backend, key("count"), values.integer(sum), `after incr by ${delta}`)
      }
    },
  }),
  clause({
    id: "incr.3",
    title: "incr returns undefined if there is no entry, and creates none",
    uses: ["incr"],
    async run({ backend, key }) {
      assert.strictEqual(await backend.incr(key("nobody"), 1), undefined)
      assert.strictEqual(await backend.incr(key("nobody"), -1), undefined)
      await assertMissing(backend, key("nobody"))
    },
  }),
  clause({
    id: "incr.4",
    title: "incr keeps the expiry, or the lack of one",
    uses: ["incr"],
    timed: "entries",
    async run(context) {
      const { backend, key, values } = context
      // A store may add in several ways, such as one for sums below zero or with fewer digits.
      const sums = [
        [1, 1],
        [1, 0],
        [10, -1],
        [1, -9],
        [-9, 10],
      ] as const
      const each = (work: (name: string, number: number, delta: number) => Promise<unknown>) =>
        Promise.all(sums.map(([number, delta]) => work(`${number}:${delta}`, number, delta)))
      await backend.set(key("immortal"), values.integer(1))
      await backend.incr(key("immortal"), 1)
      await outliveFromTheMiddle(
        context,
        (ttl) => each((name, number) => backend.set(key(name), values.integer(number), ttl)),
        () => each((name, _, delta) => backend.incr(key(name), delta)),
      )
      await each((name) => assertMissing(backend, key(name), `incremented halfway through its ttl: ${name}`))
      await assertHolds(backend, key("immortal"), values.integer(2))
    },
  }),
  clause({
    id: "incr.5",
    title: "incr returns undefined for an expired entry and does not revive it",
    uses: ["incr"],
    timed: "entries",
    async run({ backend, key, values, shortTtl, expire }) {
      await backend.set(key("count"), values.integer(1), shortTtl)
      await expire()
      assert.strictEqual(await backend.incr(key("count"), 1), undefined)
      await assertMissing(backend, key("count"))
    },
  }),
  clause({
    id: "incr.6",
    title: "incr is exact from -(2^53 - 1) to 2^53 - 1",
    uses: ["incr"],
    async run({ backend, key, values }) {
      await backend.set(key("count"), values.integer(largest - 2))
      assert.strictEqual(await backend.incr(key("count"), 1), largest - 1)
      assert.strictEqual(await backend.incr(key("count"), 1), largest, "up to the largest")
      await assertHolds(backend, key("count"), values.integer(largest))
      assert.strictEqual(await backend.incr(key("count"), -largest), 0, "down to zero")
      assert.strictEqual(await backend.incr(key("count"), -largest), -largest, "down to the smallest")
      await assertHolds(backend, key("count"), values.integer(-largest))
    },
  }),
  clause({
    id: "incr.7",
    title: "incr rejects with a RangeError and keeps the entry if the entry or the sum is not a safe integer",
    uses: ["incr"],
    async run(context) {
      const { backend, key, values } = context
      await assertRefused(context, key("top"), () => values.integer(largest), 1, "RangeError")
      await assertRefused(context, key("top"), () => values.integer(largest), largest, "RangeError")
      await assertRefused(context, key("bottom"), () => values.integer(-largest), -1, "RangeError")
      await assertRefused(context, key("beyond"), () => values.integer(2 ** 53), -1, "RangeError")
      if (backend.codec !== undefined) return
      for (const digits of ["9007199254740993", "9223372036854775807", "99999999999999999999", "-9007199254740993"]) {
        await assertRefused(context, key(digits), () => values.text(digits), -5, "RangeError")
      }
    },
  }),
  clause({
    id: "incr.8",
    title: "incr rejects with a TypeError and keeps the entry if the entry is not an integer",
    uses: ["incr"],
    async run(context) {
      for (const text of notIntegers) {
        await assertRefused(context, context.key("entry"), () => context.values.text(text), 1, "TypeError")
      }
    },
  }),
]

import assert from "node:assert/strict"
import { type Clause, type ClauseContext, clause, optionalMethods } from "../clause.js"

/** One call of every asynchronous method. `close` is left to the lifecycle clauses. */
function calls({ backend, key, values, longTtl }: ClauseContext): Readonly<Record<string, () => unknown>> {
  const value = values.text("a")
  return {
    get: () => backend.get(key("missing")),
    set: () => backend.set(key("value"), value, longTtl),
    delete: () => backend.delete(key("missing")),
    add: () => backend.add?.(key("added"), value),
    touch: () => backend.touch?.(key("missing"), longTtl),
    incr: () => backend.incr?.(key("missing"), 1),
    "incr of a string": () => backend.incr?.(key("text"), 1),
    "incr beyond the safe integers": () => backend.incr?.(key("largest"), 1),
    deleteIfEqual: () => backend.deleteIfEqual?.(key("missing"), value),
    replaceIfEqual: () => backend.replaceIfEqual?.(key("missing"), value, value, longTtl),
    getMany: () => backend.getMany?.([key("missing")]),
    setMany: () => backend.setMany?.([{ key: key("value"), value }]),
    deleteMany: () => backend.deleteMany?.([key("missing")]),
    clear: () => backend.clear?.(key("nothing")),
    ttl: () => backend.ttl?.(key("missing")),
    prune: () => backend.prune?.(),
    stats: () => backend.stats?.(),
    ping: () => backend.ping?.(),
    diagnose: () => backend.diagnose?.(),
  }
}

function assertWhole(what: string, value: unknown, least: number): void {
  assert.ok(
    typeof value === "number" && Number.isSafeInteger(value) && value >= least,
    `${what} must be an integer of at least ${least}, got ${String(value)}`,
  )
}

/** The shape of a backend object. */
export const shapeClauses: readonly Clause[] = [
  clause({
    id: "shape.1",
    title: "A backend has a name and well-formed capabilities",
    async run({ backend }) {
      const { name, location, capabilities } = backend
      assert.ok(typeof name === "string" && name !== "", `name must be a non-empty string, got ${String(name)}`)
      assert.ok(
        location === undefined || typeof location === "string",
        `location must be a string or absent, got ${String(location)}`,
      )
      for (const quality of ["shared", "persistent", "evicts"] as const) {
        assert.strictEqual(typeof capabilities[quality], "boolean", `capabilities.${quality}`)
      }
      assertWhole("capabilities.ttlResolution", capabilities.ttlResolution, 1)
      for (const limit of ["maxKeyBytes", "maxValueBytes"] as const) {
        if (capabilities[limit] !== undefined) assertWhole(`capabilities.${limit}`, capabilities[limit], 1)
      }
      for (const flag of ["remote", "portableKeysOnly"] as const) {
        assert.ok(
          [undefined, true].includes(capabilities[flag]),
          `capabilities.${flag} must be true or absent, got ${String(capabilities[flag])}`,
        )
      }
    },
  }),
  clause({
    id: "shape.2",
    title: "Each optional method is a function or absent",
    async run({ backend }) {
      for (const method of optionalMethods) {
        const found = typeof backend[method]
        assert.ok(found === "function" || found === "undefined", `${method} must be a function or absent, got ${found}`)
      }
    },
  }),
  clause({
    id: "shape.3",
    title: "Every asynchronous method returns a promise and never throws synchronously",
    async run(context) {
      const { backend, key, values } = context
      await backend.set(key("text"), values.text("text"))
      await backend.set(key("largest"), values.integer(Number.MAX_SAFE_INTEGER))
      for (const [call, make] of Object.entries(calls(context))) {
        let result: unknown
        try {
          result = make()
        } catch (error) {
          assert.fail(`${call} threw synchronously: expected a promise that rejects, got ${String(error)}`)
        }
        if (result === undefined && !(call in backend)) continue
        assert.ok(result instanceof Object && "then" in result, `${call}: expected a promise, got ${String(result)}`)
        await Promise.resolve(result).catch(() => {})
      }
    },
  }),
  clause({
    id: "shape.4",
    title: "isRefusal returns false for anything but an error of this backend",
    uses: ["isRefusal"],
    async run({ backend }) {
      for (const other of [new Error("somebody else's"), new TypeError("a mistake"), "a string", {}, null, undefined]) {
        assert.strictEqual(backend.isRefusal(other), false, `isRefusal of ${String(other)}`)
      }
    },
  }),
]

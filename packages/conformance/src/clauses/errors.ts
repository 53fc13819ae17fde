import assert from "node:assert/strict"
import { inspect } from "node:util"
import { type Clause, type ClauseContext, clause, limitedValues } from "../clause.js"
import { settledAtClose } from "../pending-at-close.js"
import { assertError, rejectionOf } from "../rejections.js"

/** The reasons with which methods that write reject a value over `maxValueBytes`. */
async function rejectionsOfTooLarge({
  backend,
  key,
  values,
}: ClauseContext): Promise<readonly (readonly [method: string, reason: unknown])[]> {
  const { maxValueBytes = 0 } = backend.capabilities
  const tooLarge = new Uint8Array(maxValueBytes + 1)
  const held = values.text("held")
  await backend.set(key("replaceIfEqual"), held)
  const writes: Readonly<Record<string, (key: string) => unknown>> = {
    set: (name) => backend.set(name, tooLarge),
    add: (name) => backend.add?.(name, tooLarge),
    setMany: (name) => backend.setMany?.([{ key: name, value: tooLarge }]),
    replaceIfEqual: (name) => backend.replaceIfEqual?.(name, held, tooLarge),
  }
  const rejections: [string, unknown][] = []
  for (const [method, write] of Object.entries(writes)) {
    const rejection = await rejectionOf(() => write(key(method)))
    if (rejection !== undefined) rejections.push([method, rejection.reason])
  }
  return rejections
}

/** What calls reject with. That they reject is left to the clauses of each method. */
export const errorsClauses: readonly Clause[] = [
  clause({
    id: "errors.1",
    title: "incr rejects only with an Error that has a message",
    uses: ["incr"],
    async run({ backend, key, values }) {
      const entries = {
        "a string": values.text("text"),
        "the largest integer": values.integer(Number.MAX_SAFE_INTEGER),
      }
      for (const [name, value] of Object.entries(entries)) {
        const counted = key(name.replaceAll(" ", "-"))
        await backend.set(counted, value)
        const rejection = await rejectionOf(() => backend.incr(counted, 1))
        if (rejection !== undefined) assertError(rejection.reason, `incr of ${name}`)
      }
    },
  }),
  clause({
    id: "errors.2",
    title: "A value over maxValueBytes is rejected with an Error that has a message",
    needs: limitedValues,
    async run(context) {
      for (const [method, reason] of await rejectionsOfTooLarge(context)) {
        assertError(reason, `${method} of a value over maxValueBytes`)
      }
    },
  }),
  clause({
    id: "errors.3",
    title: "A value over maxValueBytes is rejected with a RangeError, or one that isRefusal accepts",
    needs: limitedValues,
    async run(context) {
      const { backend } = context
      for (const [method, reason] of await rejectionsOfTooLarge(context)) {
        assert.ok(
          reason instanceof RangeError || backend.isRefusal?.(reason) === true,
          `${method} of a value over maxValueBytes rejected with ${inspect(reason, { depth: 0 })}: ` +
            "expected a RangeError, or an error for which isRefusal returns true",
        )
      }
    },
  }),
  clause({
    id: "errors.4",
    title: "A call that is pending at close rejects, if it does, with an Error that has a message",
    uses: ["close"],
    async run(context) {
      for (const outcome of await settledAtClose(context)) {
        if (outcome.status === "rejected") assertError(outcome.reason, "a call that was pending at close")
      }
    },
  }),
]

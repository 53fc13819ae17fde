import assert from "node:assert/strict"
import { setTimeout as wait } from "node:timers/promises"
import type { Backend } from "@larder/core"
import { failingOnBackgroundErrors } from "./background-errors.js"
import { type Clause, type ClauseContext, clause, type OptionalMethod, remoteStore } from "./clause.js"
import { assertSame } from "./entry-assertions.js"
import { showStored } from "./stored-values.js"

/** Milliseconds within which a handle must work again after a fault. */
const recovery = 10_000
const pollingInterval = 20

interface FaultClauseDefinition<Method extends OptionalMethod> {
  readonly id: string
  readonly title: string
  readonly uses?: readonly Method[]
  run(context: ClauseContext<Method>): Promise<void>
}

/** Defines a clause for stores behind a network. Uncaught errors fail it as well. */
export function faultClause<Method extends OptionalMethod = never>(definition: FaultClauseDefinition<Method>): Clause {
  return clause<Method>({
    ...definition,
    needs: remoteStore,
    run: (context) => failingOnBackgroundErrors(() => definition.run(context)),
  })
}

/** Calls every method that the backend has once. Returns the calls by method; their keys are cleaned up. */
export function everyCall(
  handle: Backend<unknown>,
  { key, values }: Pick<ClauseContext, "key" | "values">,
): ReadonlyMap<string, Promise<unknown>> {
  const [text, name] = [values.text("new"), key("value")]
  const { add, touch, incr, deleteIfEqual, replaceIfEqual, getMany, setMany, deleteMany, ttl, ping } = handle
  const calls: readonly (readonly [string, Promise<unknown> | undefined])[] = [
    ["get", handle.get(name)],
    ["set", handle.set(key("written"), text, 60_000)],
    ["delete", handle.delete(key("deleted"))],
    ["add", add?.call(handle, key("added"), text, 60_000)],
    ["touch", touch?.call(handle, key("touched"), 60_000)],
    ["incr", incr?.call(handle, key("counted"), 1)],
    ["deleteIfEqual", deleteIfEqual?.call(handle, key("compared"), text)],
    ["replaceIfEqual", replaceIfEqual?.call(handle, key("compared"), text, text, 60_000)],
    ["getMany", getMany?.call(handle, [name, key("other")])],
    ["setMany", setMany?.call(handle, [{ key: key("one"), value: text }], 60_000)],
    ["deleteMany", deleteMany?.call(handle, [key("one"), key("two")])],
    ["ttl", ttl?.call(handle, name)],
    ["ping", ping?.call(handle)],
  ]
  return new Map(calls.flatMap(([method, call]) => (call === undefined ? [] : [[method, call] as const])))
}

/** Rejects unless every call rejects. */
export async function assertAllReject(calls: ReadonlyMap<string, Promise<unknown>>, when: string): Promise<void> {
  const outcomes = await Promise.allSettled(calls.values())
  for (const [index, method] of [...calls.keys()].entries()) {
    const outcome = outcomes[index]
    if (outcome?.status !== "fulfilled") continue
    assert.fail(`${method} ${when}: expected a rejection, got ${showStored(outcome.value)}`)
  }
}

/** The reasons of the calls that reject, each with the name of its method. */
export async function rejectionsOf(
  calls: ReadonlyMap<string, Promise<unknown>>,
): Promise<readonly (readonly [method: string, reason: unknown])[]> {
  const methods = [...calls.keys()]
  const outcomes = await Promise.allSettled(calls.values())
  return outcomes.flatMap((outcome, index) =>
    outcome.status === "rejected" ? [[methods[index] ?? "", outcome.reason] as const] : [],
  )
}

/** Rejects unless each key is read with its own value. With `"may reject"`, a read may also reject. */
export async function assertOwnAnswers(
  handle: Backend<unknown>,
  { keys, written }: OwnValues,
  mayReject: "may reject" | "must resolve",
): Promise<void> {
  const outcomes = await Promise.allSettled(keys.map((key) => handle.get(key)))
  for (const [index, key] of keys.entries()) {
    const outcome = outcomes[index]
    if (outcome?.status === "fulfilled") assertSame(outcome.value, written(key), `get(${JSON.stringify(key)})`)
    else if (mayReject === "must resolve") throw outcome?.reason
  }
}

/** Resolves as soon as the handle writes and reads. Until then it must return the right value, or reject. */
export async function assertRecovers(
  handle: Backend<unknown>,
  { key, values }: Pick<ClauseContext, "key" | "values">,
  after: string,
): Promise<void> {
  const name = key(`recovery:${after.replaceAll(" ", "-")}`)
  const giveUp = performance.now() + recovery
  for (let round = 0; ; round += 1) {
    const value = values.text(`${after} ${round}`)
    const outcome = await writeAndRead(handle, name, value)
    if ("answer" in outcome) return assertSame(outcome.answer, value, `get ${after}`)
    if (performance.now() > giveUp) {
      const { error } = outcome
      throw new Error(`still rejects ${recovery} ms ${after}: ${String(error)}`, { cause: error })
    }
    await wait(pollingInterval)
  }
}

async function writeAndRead(
  handle: Backend<unknown>,
  key: string,
  value: unknown,
): Promise<{ readonly answer: unknown } | { readonly error: unknown }> {
  try {
    await handle.set(key, value)
    return { answer: await handle.get(key) }
  } catch (error) {
    return { error }
  }
}

/** Resolves when the condition is true. Rejects if it is not within `patience` milliseconds. */
export async function assertHappens(
  condition: () => boolean | Promise<boolean>,
  expected: string,
  patience: number = recovery,
): Promise<void> {
  const giveUp = performance.now() + patience
  while (!(await condition())) {
    if (performance.now() > giveUp) assert.fail(`expected within ${patience} ms: ${expected}`)
    await wait(5)
  }
}

/** Keys, and the value written to each. */
export interface OwnValues {
  readonly keys: readonly string[]
  readonly written: (key: string) => unknown
}

/** Writes `count` keys without the proxy, each with its own value: its name, `times` times. */
export async function writeDirectly(
  { backend, key, values }: Pick<ClauseContext, "backend" | "key" | "values">,
  count: number,
  times = 1,
): Promise<OwnValues> {
  const keys = Array.from({ length: count }, (_, index) => key(`entry:${index}`))
  const written = (name: string): unknown => values.text(name.repeat(times))
  await Promise.all(keys.map((name) => backend.set(name, written(name))))
  return { keys, written }
}

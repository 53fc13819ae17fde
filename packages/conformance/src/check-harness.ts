import { inspect } from "node:util"
import type { Backend } from "@larder/core"
import { checkExceptions } from "./exceptions.js"
import type { Harness } from "./harness.js"

const fields: readonly string[] = [
  "create",
  "advance",
  "child",
  "remote",
  "except",
  "deadline",
  "cacheOptions",
] satisfies (keyof Harness)[]

/** Throws a `TypeError` that says what was expected of the harness, before anything runs. */
export function checkHarness(harness: Harness): void {
  expect(isObject(harness), "the harness", "an object with create(), which answers a backend", harness)
  const unknown = Object.keys(harness).find((name) => !fields.includes(name))
  if (unknown !== undefined) throw new TypeError(`A harness has no ${unknown}; there are ${fields.join(", ")}`)
  const { create, advance, child, remote, deadline = 1 } = harness
  expect(isFunction(create), "create", "a function that answers a backend", create)
  expect(advance === undefined || isFunction(advance), "advance", "a function of milliseconds", advance)
  const module = child?.module
  const isModule = (typeof module === "string" && module !== "") || module instanceof URL
  expect(child === undefined || isModule, "child.module", "a file: URL or an absolute path", module)
  const isRemote = isFunction(remote?.create) && typeof remote?.host === "string" && Number.isInteger(remote.port)
  expect(remote === undefined || isRemote, "remote", "{ host, port, create(address) }", remote)
  expect(Number.isFinite(deadline) && deadline > 0, "deadline", "milliseconds, more than 0", deadline)
  checkExceptions(harness)
}

/** What `create` has answered. Throws a `TypeError` for what is no backend. */
export function checkHandle(handle: Backend<unknown>): Backend<unknown> {
  const isBackend = isObject(handle) && isFunction(handle.get) && isFunction(handle.set) && isFunction(handle.delete)
  expect(isBackend, "what create answers", "a backend: an object with get, set and delete", handle)
  return handle
}

function expect(fits: boolean, what: string, expected: string, value: unknown): void {
  if (!fits) throw new TypeError(`${what} is ${inspect(value, { depth: 0 })}, expected ${expected}`)
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null
}

function isFunction(value: unknown): boolean {
  return typeof value === "function"
}

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

/** Throws a `TypeError` that describes what is wrong with the harness. */
export function checkHarness(harness: Harness): void {
  expect(isObject(harness), "the harness", "an object with create(), which returns a backend", harness)
  const unknown = Object.keys(harness).find((name) => !fields.includes(name))
  if (unknown !== undefined) throw new TypeError(`A harness has no ${unknown}; there are ${fields.join(", ")}`)
  const { create, advance, child, remote, deadline = 1 } = harness
  expect(isFunction(create), "create", "a function that returns a backend", create)
  expect(advance === undefined || isFunction(advance), "advance", "a function of milliseconds", advance)
  const module = child?.module
  const isModule = (typeof module === "string" && module !== "") || module instanceof URL
  expect(child === undefined || isModule, "child.module", "a file: URL or an absolute path", module)
  const isRemote = isFunction(remote?.create) && typeof remote?.host === "string" && Number.isInteger(remote.port)
  expect(remote === undefined || isRemote, "remote", "{ host, port, create(address) }", remote)
  expect(Number.isFinite(deadline) && deadline > 0, "deadline", "milliseconds, more than 0", deadline)
  checkExceptions(harness)
}

/** Returns what `create` returned. Throws a `TypeError` if it is not a backend. */
export function checkHandle(handle: Backend<unknown>): Backend<unknown> {
  const isBackend =
    isObject(handle) &&
    isObject(handle.capabilities) &&
    isFunction(handle.get) &&
    isFunction(handle.set) &&
    isFunction(handle.delete)
  expect(isBackend, "what create returned", "a backend: an object with name, capabilities, get, set and delete", handle)
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

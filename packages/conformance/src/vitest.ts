import { afterAll, describe, it } from "vitest"
import type { Harness } from "./harness.js"
import { type Runner, register, registerCache } from "./register.js"

const runner: Runner = { describe, it, after: afterAll, print: (text) => console.info(text) }

/** Registers a vitest test for each clause of the backend contract. */
export function testBackend(name: string, harness: Harness): void {
  register(runner, name, harness)
}

/** Registers a vitest test for each thing that people see of the backend through `Cache`. */
export function testCache(name: string, harness: Harness): void {
  registerCache(runner, name, harness)
}

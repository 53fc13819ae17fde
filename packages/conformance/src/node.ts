import { after, describe, it } from "node:test"
import type { Harness } from "./harness.js"
import { type Runner, register, registerCache } from "./register.js"

const runner: Runner = { describe, it, after }

/** Registers one `node:test` test per clause of the backend contract. Throws a `TypeError` if the harness is invalid. */
export function testBackend(name: string, harness: Harness): void {
  register(runner, name, harness)
}

/**
 * Registers one `node:test` test per clause of the contract's second part, about `Cache`. Throws a `TypeError` if the
 * harness is invalid.
 */
export function testCache(name: string, harness: Harness): void {
  registerCache(runner, name, harness)
}

import { inspect } from "node:util"
import type { Backend, Milliseconds } from "@larder/core"
import type { Bus } from "./bus.js"

/** Options of a `TieredBackend`. */
export interface TieredBackendOptions {
  /** Tells this handle what other handles change in the far store. Default: none; then `nearTtl` is required. */
  readonly bus?: Bus
  /**
   * The bound on staleness, in whole milliseconds from 1 up: whatever happens to the bus, no near entry is served for
   * longer than this after the far store was last known to hold it. Default: 30,000 with a bus.
   */
  readonly nearTtl?: Milliseconds
  /** Returns the time in milliseconds; only differences count. Default: `performance.now`. */
  readonly now?: () => number
}

const names = ["bus", "nearTtl", "now"]
const defaultNearTtl: Milliseconds = 30_000
const longestNearTtl: Milliseconds = 365 * 24 * 60 * 60 * 1_000

/** The options with their defaults. Throws a `TypeError` that says what was expected. */
export function resolveOptions(options: TieredBackendOptions): {
  readonly bus: Bus | undefined
  readonly nearTtl: Milliseconds
  readonly now: () => number
} {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`The options of a TieredBackend must be an object; got ${show(options)}`)
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new TypeError(`Unknown option ${unknown}; a TieredBackend takes ${names.join(", ")}`)
  const { bus, nearTtl, now = () => performance.now() } = options
  if (bus !== undefined && !(typeof bus?.publish === "function" && typeof bus.subscribe === "function")) {
    throw new TypeError(`bus must be an object with publish and subscribe; got ${show(bus)}`)
  }
  if (bus === undefined && nearTtl === undefined) {
    throw new TypeError(
      "nearTtl must be given in milliseconds if there is no bus: it alone bounds how long an old value is served",
    )
  }
  if (typeof now !== "function") {
    throw new TypeError(`now must be a function that returns milliseconds; got ${show(now)}`)
  }
  return { bus, nearTtl: checkNearTtl(nearTtl ?? defaultNearTtl), now }
}

/** Throws a `TypeError` if a tier is not a backend, or if both are the same. */
export function checkTiers(near: Backend<unknown>, far: Backend<unknown>): void {
  for (const [name, backend] of Object.entries({ near, far })) {
    const isBackend = (["get", "set", "delete"] as const).every((method) => typeof backend?.[method] === "function")
    if (!isBackend) throw new TypeError(`${name} must be a backend, with get, set and delete; got ${show(backend)}`)
  }
  if (near === far) throw new TypeError("near and far must be two backends; got one backend twice")
}

/** Objects by their class alone. */
function show(value: unknown): string {
  return inspect(value, { depth: -1 })
}

function checkNearTtl(nearTtl: Milliseconds): Milliseconds {
  if (Number.isSafeInteger(nearTtl) && nearTtl >= 1 && nearTtl <= longestNearTtl) return nearTtl
  throw new TypeError(`nearTtl must be whole milliseconds, from 1 to a year; got ${show(nearTtl)}`)
}

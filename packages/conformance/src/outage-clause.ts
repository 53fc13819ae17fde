import assert from "node:assert/strict"
import { setTimeout as wait } from "node:timers/promises"
import { type Backend, Cache, type CacheOptions } from "@larder/core"
import { failingOnBackgroundErrors } from "./background-errors.js"
import { type CacheClause, type CacheContext, cacheClause } from "./cache-clause.js"
import { type Clause, type OptionalMethod, remoteStore } from "./clause.js"
import type { Fault } from "./fault-proxy/fault.js"
import type { FaultNetwork } from "./fault-proxy/fault-network.js"
import { withWarnings } from "./outage-warnings.js"
import { withRecordedKeys } from "./recorded-keys.js"

/** The `operationTimeout` of the caches, and how much later an operation may settle on a busy machine, in milliseconds. */
export const operationLimit = 1_000
const lateness = 8_000

/** Milliseconds within which a cache must have recovered after an outage. */
const recovery = 10_000
const pollingInterval = 20

/** The outages, by names that are also used in keys. */
export const outages: Readonly<Record<string, Fault>> = {
  refused: { kind: "refuse" },
  "black-hole": { kind: "silence" },
  reset: { kind: "reset" },
  slow: { kind: "slow", latency: 3_600_000 },
}

/** A handle behind a proxy, and caches on it. */
export interface Station {
  readonly proxy: FaultNetwork
  readonly handle: Backend<unknown>
  /** Creates another cache on the handle, with its own circuit breaker. All caches of a clause share one key prefix. */
  readonly cacheWith: (options?: CacheOptions) => Cache
}

export interface OutageContext extends CacheContext {
  /** Opens a handle behind its own proxy. */
  readonly station: (fault?: Fault) => Promise<Station>
  /** The messages of the process warnings emitted since the clause began. */
  readonly warnings: readonly string[]
}

interface OutageClauseDefinition extends Omit<Clause, "run" | "needs"> {
  readonly uses?: readonly OptionalMethod[]
  run(context: OutageContext): Promise<void>
}

/** Defines a clause about `Cache` on a store that is down. Uncaught errors fail it as well. */
export function outageClause({ run, ...definition }: OutageClauseDefinition): CacheClause {
  return cacheClause({
    ...definition,
    needs: remoteStore,
    run: (context) =>
      failingOnBackgroundErrors(() =>
        withWarnings((warnings) => run({ ...context, warnings, station: (fault) => openStation(context, fault) })),
      ),
  })
}

async function openStation(context: CacheContext, fault: Fault | undefined): Promise<Station> {
  const { handle, proxy } = await context.openThroughProxy(fault)
  const backend = withRecordedKeys(handle, context.cleanUp)
  const keyPrefix = context.prefix.replace(":", "")
  const cacheWith = (options: CacheOptions = {}): Cache =>
    new Cache(backend, { operationTimeout: operationLimit / 1_000, ...options, keyPrefix })
  return { proxy, handle, cacheWith }
}

/** Rejects unless the check passes within the time of one operation. */
export async function inTime(what: string, check: () => Promise<unknown>): Promise<void> {
  const start = performance.now()
  try {
    await check()
  } catch (cause) {
    throw new Error(`${what}: ${String(cause)}`, { cause })
  }
  const duration = Math.round(performance.now() - start)
  assert.ok(
    duration < operationLimit + lateness,
    `${what}: expected to settle within ${operationLimit} ms, took ${duration}`,
  )
}

/** Resolves when the condition is true. Rejects if it is not within `recovery` milliseconds. */
export async function eventually(condition: () => Promise<boolean>, expected: string): Promise<void> {
  const giveUp = performance.now() + recovery
  while (!(await condition())) {
    if (performance.now() > giveUp) assert.fail(`expected within ${recovery} ms: ${expected}`)
    await wait(pollingInterval)
  }
}

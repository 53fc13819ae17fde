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

/** Milliseconds that a cache gives an operation, and how much later a busy machine may let it settle. */
export const operationLimit = 1_000
const lateness = 8_000

/** Milliseconds within which a cache must have found its store again, and be in order. */
const recovery = 10_000
const pollingInterval = 20

/** What becomes of a store, in words that are keys too. */
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
  /** Another cache on the handle, with a breaker of its own. All of one clause share the prefix of their keys. */
  readonly cacheWith: (options?: CacheOptions) => Cache
}

export interface OutageContext extends CacheContext {
  /** Opens a handle behind a proxy of its own. */
  readonly station: (fault?: Fault) => Promise<Station>
  /** The messages of the process' warnings since the clause began. */
  readonly warnings: readonly string[]
}

interface OutageClauseDefinition extends Omit<Clause, "run" | "needs"> {
  readonly uses?: readonly OptionalMethod[]
  run(context: OutageContext): Promise<void>
}

/** A clause about what people see through `Cache` of a store that is down. Errors in the background fail it. */
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

/** Rejects unless the check passes, and in the time that the cache was given for one operation. */
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

/** Resolves when the condition holds, and rejects when it does not within seconds. */
export async function eventually(condition: () => Promise<boolean>, expected: string): Promise<void> {
  const giveUp = performance.now() + recovery
  while (!(await condition())) {
    if (performance.now() > giveUp) assert.fail(`expected within ${recovery} ms: ${expected}`)
    await wait(pollingInterval)
  }
}

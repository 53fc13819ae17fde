import { randomBytes } from "node:crypto"
import type { Backend } from "@larder/core"
import { checkHandle, checkHarness } from "./check-harness.js"
import type { Harness } from "./harness.js"
import { storedValues } from "./stored-values.js"
import { many, writeMany } from "./write-many.js"

/** Options of `benchBackend`. */
export interface BenchOptions {
  /** Approximate total duration in milliseconds. Default: 10 000. */
  readonly budget?: number
  /** Rounds, each of which measures every operation once; the median counts. Default: 5. */
  readonly rounds?: number
  /** Length of the values, which are strings. Default: 100. */
  readonly valueLength?: number
}

/** The measurements of a backend. */
export interface Bench {
  readonly name: string
  readonly speeds: readonly OperationSpeed[]
}

/** The measurement of one operation. */
export interface OperationSpeed {
  /** `"get hit"`, `"getMany of 100"`, ... */
  readonly operation: string
  /** Concurrent calls. */
  readonly inFlight: number
  /** Calls per second, the median of the rounds. A batch counts as one call. */
  readonly perSecond: number
}

type Call = (index: number) => Promise<unknown>

const concurrencies = [1, 64] as const
const batchSize = 100

/**
 * Measures the operations that the backend has, on its own keys, which are removed afterwards. Rejects if an operation
 * does, or if an entry that was written is a miss.
 */
export async function benchBackend(
  name: string,
  harness: Pick<Harness, "create">,
  options: BenchOptions = {},
): Promise<Bench> {
  const { budget = 10_000, rounds = 5, valueLength = 100 } = options
  checkHarness(harness)
  const backend = checkHandle(await harness.create())
  const prefix = `b${randomBytes(6).toString("hex")}:`
  const keys = Array.from({ length: many }, (_, index) => `${prefix}${index}`)
  const counters = Array.from({ length: 64 }, (_, index) => `${prefix}counter:${index}`)
  const { text, integer } = storedValues(backend)
  try {
    await writeMany(backend, keys, () => text("v".repeat(valueLength)))
    await writeMany(backend, counters, () => integer(0))
    const calls = callsOf(backend, { prefix, keys, counters, value: text("v".repeat(valueLength)) })
    const runs = Object.entries(calls).flatMap(([operation, call]) =>
      concurrencies.map((inFlight) => ({ operation, inFlight, call, speeds: [] as number[] })),
    )
    const slice = budget / rounds / runs.length
    for (let round = 0; round < rounds; round += 1) {
      // Interleaved, so that a busy moment of the machine affects all of them.
      for (const { call, inFlight, speeds } of runs) speeds.push(await measure(call, inFlight, slice))
    }
    return {
      name,
      speeds: runs.map(({ operation, inFlight, speeds }) => ({ operation, inFlight, perSecond: median(speeds) })),
    }
  } finally {
    for (const key of [...keys, ...counters]) await backend.delete(key).catch(() => false)
    await backend.close?.()
  }
}

/** The measurements as a Markdown table. */
export function benchMarkdown({ name, speeds }: Bench): string {
  const operations = [...new Set(speeds.map(({ operation }) => operation))]
  const speed = (operation: string, inFlight: number) => {
    const found = speeds.find((one) => one.operation === operation && one.inFlight === inFlight)
    return found === undefined ? "" : Math.round(found.perSecond).toLocaleString("en")
  }
  return [
    `| ${name}, calls per second | ${concurrencies.map((inFlight) => `${inFlight} in flight`).join(" | ")} |`,
    `| --- | ${concurrencies.map(() => "---:").join(" | ")} |`,
    ...operations.map((operation) => `| ${operation} | ${concurrencies.map((n) => speed(operation, n)).join(" | ")} |`),
  ].join("\n")
}

interface Material {
  readonly prefix: string
  readonly keys: readonly string[]
  readonly counters: readonly string[]
  readonly value: unknown
}

function callsOf(
  backend: Backend<unknown>,
  { prefix, keys, counters, value }: Material,
): Readonly<Record<string, Call>> {
  const keyAt = (index: number) => keys[index % keys.length] as string
  const batchAt = (index: number) => {
    const start = (index * batchSize) % (keys.length - batchSize)
    return keys.slice(start, start + batchSize)
  }
  const calls: Record<string, Call> = {
    "get hit": async (index) => assertHit(await backend.get(keyAt(index))),
    "get miss": (index) => backend.get(`${prefix}missing:${index % 1000}`),
    set: (index) => backend.set(keyAt(index), value),
  }
  const { add, incr, getMany, setMany } = backend
  if (getMany) {
    calls[`getMany of ${batchSize}`] = async (index) => {
      for (const answer of await getMany.call(backend, batchAt(index))) assertHit(answer)
    }
  }
  if (setMany) {
    calls[`setMany of ${batchSize}`] = (index) =>
      setMany.call(
        backend,
        batchAt(index).map((key) => ({ key, value })),
      )
  }
  if (incr)
    calls.incr = async (index) => assertHit(await incr.call(backend, counters[index % counters.length] as string, 1))
  if (add) {
    calls["add and delete"] = async (index) => {
      const key = `${prefix}added:${index % 1000}`
      await add.call(backend, key, value, 60_000)
      await backend.delete(key)
    }
  }
  return calls
}

function assertHit(answer: unknown): void {
  if (answer === undefined) throw new Error("an entry that was written is a miss")
}

/** Calls per second with `inFlight` workers, each of which calls again as soon as its call has settled. */
async function measure(call: Call, inFlight: number, milliseconds: number): Promise<number> {
  const start = performance.now()
  const end = start + milliseconds
  let calls = 0
  const worker = async () => {
    // Reading the clock costs as much as a fast call, so it is read less often if calls are fast.
    for (let chunk = 1, now = start; now < end; ) {
      for (let left = chunk; left > 0; left -= 1) await call(calls++)
      const then = now
      now = performance.now()
      if (now - then < 1) chunk *= 2
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  return (calls * 1000) / (performance.now() - start)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

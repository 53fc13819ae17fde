import { randomBytes } from "node:crypto"
import type { Cache } from "@larder/core"
import { type Measurement, measureAll } from "../bench/measurements.js"
import { LostEntryError, Workload } from "../bench/workload.js"
import { type ChosenCache, withCaches } from "../chosen-caches.js"
import type { Arguments, Command } from "../command.js"
import { failureLine } from "../failure-line.js"
import { countText } from "../figure-text.js"
import { interruptible } from "../interrupt.js"
import type { Output } from "../output.js"
import { secondsOption } from "../seconds-option.js"
import { storeCall } from "../store-call.js"
import { type Column, textTable } from "../text-table.js"
import { UsageError } from "../usage-error.js"

const DEFAULT_SECONDS = 10
/** Entries expire this long after the measurement, even if the process is killed before removing them. */
const REMAINING_SECONDS = 600

/** `larder bench`: measures the speed of a cache on its own store. */
export const bench: Command = {
  summary: "measure the speed of a cache on its store",
  usage: "[alias]",
  options: ["config", "url", "seconds"],
  notes: [
    "Writes 464 temporary entries (2 MB) and removes them.",
    "Without an alias, it measures the only cache, or the one named default.",
  ],
  async run(given, output, input) {
    const seconds = secondsOption("seconds", given.seconds, DEFAULT_SECONDS)
    return withCaches(given, async (chosen) => {
      const { label, use } = chosenOne(chosen, given)
      const cache = use()
      const results = await interruptible(input, (interrupted) => measureCache(cache, { seconds, interrupted }, output))
      const { name } = cache.backend
      if (given.json) output.out(JSON.stringify({ cache: label, backend: name, seconds, results }))
      else for (const line of [`${label}: ${name}, ${seconds} s`, ...tableOf(results)]) output.out(line)
      return true
    })
  },
}

function chosenOne(chosen: readonly ChosenCache[], { words }: Arguments): ChosenCache {
  const [first] = chosen
  if (first !== undefined && chosen.length === 1) return first
  const named = words.length === 0 ? chosen.find(({ label }) => label === "default") : undefined
  if (named !== undefined) return named
  throw new UsageError(`bench measures one cache; pass one of ${chosen.map(({ label }) => label).join(", ")}`)
}

interface Measuring {
  readonly seconds: number
  readonly interrupted: AbortSignal
}

/** Measures a cache and removes the entries afterwards. Rejects if the store fails or the measurement is interrupted. */
async function measureCache(
  cache: Cache,
  { seconds, interrupted }: Measuring,
  output: Output,
): Promise<readonly Measurement[]> {
  // If the store cannot be reached, there is nothing to clean up.
  await storeCall(cache, () => cache.ping())
  const timeout = seconds + REMAINING_SECONDS
  const workload = new Workload(cache, `${uniqueKey()}-`, timeout)
  try {
    const works = await workload.prepare()
    const results = await measureAll(works, seconds, interrupted, (text) => output.progress?.(text))
    if (interrupted.aborted) throw new Error("interrupted before the measurement was complete")
    return results
  } catch (error) {
    throw error instanceof LostEntryError ? await reasonOfLoss(cache, timeout) : error
  } finally {
    output.progress?.("")
    await workload.remove().catch((error: unknown) => {
      output.error(
        `The entries of the benchmark could not be removed and expire within ${timeout} s: ${failureLine(error)}`,
      )
    })
  }
}

/** Returns why entries are missing that were written: the error of another write, if it fails. */
async function reasonOfLoss(cache: Cache, timeout: number): Promise<unknown> {
  const key = uniqueKey()
  try {
    await storeCall(cache, () => cache.set(key, key, timeout))
    await storeCall(cache, () => cache.delete(key))
  } catch (error) {
    return error
  }
  return new Error("Entries were missing right after they were written: the store has no room, or keeps nothing")
}

function uniqueKey(): string {
  return `larder-bench-${randomBytes(8).toString("hex")}`
}

const columns: readonly Column[] = [
  { title: "operation", align: "left" },
  { title: "value", align: "left" },
  { title: "in flight", align: "right" },
  { title: "calls/s", align: "right" },
  { title: "p50 ms", align: "right" },
  { title: "p99 ms", align: "right" },
]

function tableOf(measurements: readonly Measurement[]): string[] {
  return textTable(
    columns,
    measurements.map(({ operation, value, inFlight, perSecond, p50, p99 }) => [
      operation,
      value,
      String(inFlight),
      countText(perSecond),
      millisecondsText(p50),
      millisecondsText(p99),
    ]),
  )
}

/** Rounds to an integer from 10 on, and to two significant digits below. */
function millisecondsText(milliseconds: number): string {
  return milliseconds >= 10 ? milliseconds.toFixed(0) : String(Number(milliseconds.toPrecision(2)))
}

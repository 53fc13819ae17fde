import { type ChosenCache, withCaches } from "../chosen-caches.js"
import type { Command } from "../command.js"
import { interruptible, pause } from "../interrupt.js"
import { noteOnMemory } from "../memory-note.js"
import type { Output } from "../output.js"
import { secondsOption } from "../seconds-option.js"
import { changeBetween, type Look } from "../stats/stats-change.js"
import { type ShownStats, statsFailures, statsTable } from "../stats/stats-table.js"
import { readStats } from "../stats/store-stats.js"
import { UsageError } from "../usage-error.js"

const DEFAULT_INTERVAL_SECONDS = 2

/** `larder stats`: shows the statistics of the stores, once or repeatedly. */
export const stats: Command = {
  summary: "show the statistics of each store",
  usage: "[alias...]",
  options: ["config", "url", "watch", "interval"],
  notes: ["Most stores count for all their users, since the store was started."],
  async run(given, output, input) {
    const isWatching = given.watch ?? false
    if (given.interval !== undefined && !isWatching) throw new UsageError("--interval goes with --watch")
    const interval = secondsOption("interval", given.interval, DEFAULT_INTERVAL_SECONDS)
    const isJson = given.json ?? false
    return withCaches(given, async (chosen) => {
      noteOnMemories(chosen, output)
      if (!isWatching) return show(chosen, isJson, output)
      await interruptible(input, (interrupted) => watch(chosen, { isJson, interval, interrupted }, output))
      return true
    })
  },
}

function noteOnMemories(chosen: readonly ChosenCache[], output: Output): void {
  for (const { label, use } of chosen) {
    try {
      noteOnMemory(use(), label, output)
    } catch {
      // The error is shown in place of the figures.
    }
  }
}

async function show(chosen: readonly ChosenCache[], isJson: boolean, output: Output): Promise<boolean> {
  const stores = await Promise.all(chosen.map(readStats))
  if (isJson) output.out(JSON.stringify(stores))
  else {
    for (const line of statsTable(stores, "totals")) output.out(line)
    for (const line of statsFailures(stores)) output.error(line)
  }
  return stores.every(({ ok }) => ok)
}

interface Watching {
  readonly isJson: boolean
  readonly interval: number
  readonly interrupted: AbortSignal
}

/** Shows the statistics until it is interrupted or the reader is gone. */
async function watch(chosen: readonly ChosenCache[], watching: Watching, output: Output): Promise<void> {
  const { isJson, interval, interrupted } = watching
  const screen = blocksOn(output)
  let last: readonly Look[] = []
  while (!interrupted.aborted) {
    const looks = await Promise.all(chosen.map(look))
    // Ctrl+C while the stores were asked.
    if (interrupted.aborted) return
    const time = new Date()
    const stores = looks.map((one, index): ShownStats => ({ ...one.stats, change: changeBetween(last[index], one) }))
    if (isJson) output.out(JSON.stringify(stores.map((store) => ({ time: time.toISOString(), ...store }))))
    else screen([`${clockText(time)}, every ${interval} s`, ...statsTable(stores, "changes"), ...statsFailures(stores)])
    last = looks
    if ((await output.ready?.()) === false) return
    await pause(interval, interrupted)
  }
}

async function look(chosen: ChosenCache): Promise<Look> {
  const stats = await readStats(chosen)
  return { at: performance.now() / 1_000, stats }
}

/** Returns a function that writes a block of lines: over the last block on a terminal, elsewhere below it. */
function blocksOn(output: Output): (lines: readonly string[]) => void {
  const { columns } = output
  let shown = 0
  return (lines) => {
    if (columns === undefined) {
      for (const line of shown === 0 ? lines : ["", ...lines]) output.out(line)
    } else {
      const eraseLast = shown === 0 ? "" : `\u001b[${shown}A\u001b[J`
      // A wrapped line would take two lines of the screen.
      output.out(eraseLast + lines.map((line) => line.slice(0, columns - 1)).join("\n"))
    }
    shown = lines.length
  }
}

function clockText(time: Date): string {
  return time.toLocaleTimeString("en-GB")
}

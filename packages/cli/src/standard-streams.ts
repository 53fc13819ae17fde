import { once } from "node:events"
import { createInterface } from "node:readline/promises"
import type { Readable, Writable } from "node:stream"
import { buffer } from "node:stream/consumers"
import type { Input } from "./input.js"
import type { Output } from "./output.js"

/** A stream of the process, which may be a terminal. */
type MaybeTerminal = { readonly isTTY?: boolean }
type Writing = Writable & MaybeTerminal & { readonly columns?: number }

const ERASE_LINE = "\r\u001b[K"
const DEFAULT_COLUMNS = 80
/** Nobody can read faster updates. */
const PROGRESS_EVERY_MILLISECONDS = 100

/** Writes results to `stdout`, and failures to `stderr`; if that is a terminal, also progress. */
export function standardOutput(stdout: Writing, stderr: Writing): Output {
  let isShown = false
  let shownAt = Number.NEGATIVE_INFINITY
  let isLost = false
  stdout.once("error", () => {
    isLost = true
  })

  function erase(): void {
    if (isShown) stderr.write(ERASE_LINE)
    isShown = false
  }

  function progress(text: string): void {
    const isDue = performance.now() - shownAt >= PROGRESS_EVERY_MILLISECONDS
    if (text === "") erase()
    else if (isDue) {
      shownAt = performance.now()
      isShown = true
      stderr.write(ERASE_LINE + text.slice(0, columnsOf(stderr) - 1))
    }
  }

  return {
    out(line) {
      if (stdout.isTTY) erase()
      stdout.write(`${line}\n`)
    },
    error(line) {
      erase()
      stderr.write(`${line}\n`)
    },
    async ready() {
      if (!isLost && stdout.writableNeedDrain) {
        // A stream that has failed or closed never drains.
        await Promise.race([once(stdout, "drain"), once(stdout, "close")]).catch(() => undefined)
      }
      return !isLost
    },
    ...(stdout.isTTY && { columns: columnsOf(stdout) }),
    ...(stderr.isTTY && { progress }),
  }
}

/** Terminals that do not know their width report 0. */
function columnsOf({ columns }: Writing): number {
  return columns || DEFAULT_COLUMNS
}

/** Asks questions on `stderr`, if both `stdin` and `stderr` are terminals. */
export function standardInput(stdin: Readable & MaybeTerminal, stderr: Writing): Input {
  return {
    read: () => buffer(stdin),
    ...(stdin.isTTY && stderr.isTTY && { confirm: (question) => confirm(question, stdin, stderr) }),
  }
}

/** The end of the input, or Ctrl+C, means no. */
async function confirm(question: string, stdin: Readable, stderr: Writable): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stderr })
  try {
    const ended = once(lines, "close").then(() => undefined)
    const answer = await Promise.race([lines.question(`${question} [y/N] `), ended])
    if (answer === undefined) stderr.write("\n")
    return /^y(es)?$/i.test(answer?.trim() ?? "")
  } finally {
    lines.close()
  }
}

import { UsageError } from "./usage-error.js"

const MOST_SECONDS = 86_400

/** Reads an option that is a time. Throws a `UsageError` for anything but a number of seconds above zero, a day at most. */
export function secondsOption(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (seconds > 0 && seconds <= MOST_SECONDS) return seconds
  throw new UsageError(
    `--${name} is ${JSON.stringify(text)}, expected seconds: more than 0, and at most ${MOST_SECONDS}`,
  )
}

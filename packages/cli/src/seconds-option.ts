import { UsageError } from "./usage-error.js"

const MOST_SECONDS = 86_400

/** Reads an option in seconds. Throws a `UsageError` unless it is more than 0 and at most a day. */
export function secondsOption(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (seconds > 0 && seconds <= MOST_SECONDS) return seconds
  throw new UsageError(`--${name} must be more than 0 and at most ${MOST_SECONDS} seconds; got ${JSON.stringify(text)}`)
}

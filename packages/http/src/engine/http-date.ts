import type { Milliseconds } from "@larder/core"

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

// RFC 9110, 5.6.7, in any letter case as RFC 9111, 4.2 requires.
const imfFixdate = /^[a-z]{3}, (\d{2}) ([a-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) gmt$/i
const rfc850 = /^[a-z]{6,9}, (\d{2})-([a-z]{3})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) gmt$/i
const asctime = /^[a-z]{3} ([a-z]{3}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/i

/**
 * Parses an HTTP date, in milliseconds since the epoch; `undefined` if it is invalid. Accepts the obsolete formats; a
 * two-digit year is less than fifty years after `now`.
 */
export function parseHttpDate(text: string, now: Milliseconds = Date.now()): Milliseconds | undefined {
  const fixed = imfFixdate.exec(text)
  if (fixed !== null) return timeOf(fixed[3], fixed[2], fixed[1], fixed[4], fixed[5], fixed[6])
  const short = rfc850.exec(text)
  if (short !== null) return timeOf(fullYear(Number(short[3]), now), short[2], short[1], short[4], short[5], short[6])
  const plain = asctime.exec(text)
  if (plain !== null) return timeOf(plain[6], plain[1], plain[2], plain[3], plain[4], plain[5])
  return undefined
}

/** Formats an HTTP date. */
export function formatHttpDate(time: Milliseconds): string {
  return new Date(time).toUTCString()
}

type Part = string | number | undefined

function timeOf(year: Part, month: string | undefined, ...parts: readonly Part[]): Milliseconds | undefined {
  const [day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
  const monthIndex = months.indexOf((month ?? "").toLowerCase())
  if (monthIndex < 0 || hour > 23 || minute > 59 || second > 60) return undefined
  const date = new Date(0)
  date.setUTCFullYear(Number(year), monthIndex, day)
  // A day that the month does not have overflows into the next month.
  if (date.getUTCDate() !== day) return undefined
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000
}

function fullYear(twoDigits: number, now: Milliseconds): number {
  const thisYear = new Date(now).getUTCFullYear()
  const year = thisYear - (thisYear % 100) + twoDigits
  return year > thisYear + 50 ? year - 100 : year
}

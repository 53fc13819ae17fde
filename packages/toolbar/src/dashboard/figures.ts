/** What stands for a figure that is not known. */
export const unknown = "–"

export function count(number: number): string {
  return number.toLocaleString("en", { maximumFractionDigits: 0 })
}

/** Three digits are enough for what changes all the time; large numbers are whole. */
export function rate(number: number): string {
  if (number > 0 && number < 0.01) return "< 0.01"
  const digits = number < 10 ? 2 : number < 100 ? 1 : 0
  return number.toLocaleString("en", { maximumFractionDigits: digits })
}

/** Of a share from 0 to 1. */
export function percent(share: number | null): string {
  if (share === null) return unknown
  const hundredths = share * 100
  // Nearly all is not all, and hardly any is not none.
  const shown = share < 1 ? Math.min(Math.floor(hundredths * 10) / 10, 99.9) : 100
  return `${shown.toFixed(share > 0 && share < 1 ? 1 : 0)} %`
}

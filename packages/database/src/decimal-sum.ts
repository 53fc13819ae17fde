/**
 * Adds `delta` to an ASCII decimal integer. Throws a `TypeError` if the bytes are not one, and a `RangeError` if it or the
 * sum is not a safe integer.
 */
export function sumOf(decimal: Uint8Array, delta: number): number {
  const text = Buffer.from(decimal.buffer, decimal.byteOffset, decimal.length).toString("latin1")
  if (!/^(0|-?[1-9]\d*)$/.test(text)) {
    throw new TypeError(`The entry is not a decimal integer: ${JSON.stringify(text.slice(0, 40))}`)
  }
  const integer = Number(text)
  const sum = integer + delta
  if (!Number.isSafeInteger(integer) || !Number.isSafeInteger(sum)) {
    throw new RangeError(`${text} plus ${delta} leaves the safe integers`)
  }
  return sum
}

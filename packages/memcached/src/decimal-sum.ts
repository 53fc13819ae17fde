const decimal = /^(?:0|-?[1-9]\d*)$/

/** The integer that an entry holds in decimal digits. Throws a `TypeError` for other bytes, a `RangeError` for an unsafe one. */
export function integerIn(value: Uint8Array): number {
  const text = Buffer.from(value.buffer, value.byteOffset, value.length).toString("latin1")
  if (!decimal.test(text)) {
    throw new TypeError(`The entry is not a decimal integer: ${JSON.stringify(text.slice(0, 40))}`)
  }
  const integer = Number(text)
  if (!Number.isSafeInteger(integer)) throw new RangeError(`The entry is not a safe integer: ${text}`)
  return integer
}

/** Throws a `RangeError` for a sum beyond the safe integers. */
export function safeSum(integer: number, delta: number): number {
  const sum = integer + delta
  if (!Number.isSafeInteger(sum)) throw new RangeError(`${integer} plus ${delta} is beyond the safe integers`)
  return sum
}

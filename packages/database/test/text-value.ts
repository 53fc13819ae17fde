/** Encodes a text as a value. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Decodes a value; `undefined` for a miss. */
export function text(value: Uint8Array | undefined): string | undefined {
  return value && new TextDecoder().decode(value)
}

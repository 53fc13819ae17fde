/** What is stored in an adapter: the value, which is base64 there, and its expiry. */
export interface Sealed {
  readonly value: Uint8Array
  /** Milliseconds since the epoch; absent: never. */
  readonly expires?: number
}

/**
 * Encodes an entry as the JSON that Keyv itself stores, because some adapters parse what they read. The bytes are base64:
 * every client and every text column preserves ASCII, and it cannot be mistaken for Keyv's own markers, which begin with a
 * colon.
 */
export function seal(value: Uint8Array, expires: number | undefined): string {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return JSON.stringify({ value: bytes.toString("base64"), expires })
}

/**
 * Decodes what the adapter returned: the JSON text, its parsed form, or either wrapped once more. `undefined` for any kind
 * of miss, for an expired entry, and for data in another format.
 */
export function open(answer: unknown, now: number): Sealed | undefined {
  const envelope = parse(answer)
  if (envelope === undefined || (envelope.expires !== undefined && envelope.expires <= now)) return undefined
  return envelope
}

function parse(answer: unknown): Sealed | undefined {
  if (typeof answer === "string") return answer.startsWith("{") ? parse(parseJson(answer)) : undefined
  if (typeof answer !== "object" || answer === null) return undefined
  const { value, expires } = answer as { value?: unknown; expires?: unknown }
  if (typeof value !== "string") return undefined
  if (value.startsWith("{")) return parse(value)
  const bytes = new Uint8Array(Buffer.from(value, "base64"))
  return typeof expires === "number" ? { value: bytes, expires } : { value: bytes }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

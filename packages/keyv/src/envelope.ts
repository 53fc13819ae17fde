/** What is kept in an adapter: the value's bytes as text, and when it ends. */
export interface Sealed {
  readonly value: Uint8Array
  /** Milliseconds since the epoch; absent: never. */
  readonly expires?: number
}

/**
 * JSON of the shape that Keyv itself stores, because some adapters parse what they read. The bytes are base64: plain
 * ASCII comes back from every text column and every client, and never looks like one of Keyv's own marks, which begin
 * with a colon.
 */
export function seal(value: Uint8Array, expires: number | undefined): string {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return JSON.stringify({ value: bytes.toString("base64"), expires })
}

/**
 * What was sealed, whether the adapter answers the text, what it parsed it to, or the text in a wrapping of its own.
 * `undefined` for a miss in whatever form, for an entry that has ended, and for what others left under the key.
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

import type { WholeBody } from "../page-fill.js"

/** The argument of `end`: a string, bytes, or nothing. A string is encoded once, on first use. */
export class EndedBody implements WholeBody {
  readonly #chunk: unknown
  readonly #encoding: BufferEncoding
  #bytes: Uint8Array | undefined

  constructor(chunk: unknown, encoding: unknown) {
    this.#chunk = chunk
    this.#encoding = encodingOf(encoding)
  }

  get byteLength(): number {
    return typeof this.#chunk === "string" && this.#bytes === undefined
      ? Buffer.byteLength(this.#chunk, this.#encoding)
      : this.bytes.byteLength
  }

  get bytes(): Uint8Array {
    this.#bytes ??= bytesOf(this.#chunk, this.#encoding) ?? new Uint8Array(0)
    return this.#bytes
  }
}

/** Whether Node writes a chunk of this type. It throws for others, before it sends the head. */
export function isChunk(chunk: unknown): chunk is string | Uint8Array {
  return typeof chunk === "string" || chunk instanceof Uint8Array
}

/** The bytes that Node writes for a chunk; `undefined` for a type that it rejects. */
export function bytesOf(chunk: unknown, encoding: unknown): Uint8Array | undefined {
  if (typeof chunk === "string") return Buffer.from(chunk, encodingOf(encoding))
  return chunk instanceof Uint8Array ? chunk : undefined
}

function encodingOf(encoding: unknown): BufferEncoding {
  return typeof encoding === "string" && Buffer.isEncoding(encoding) ? encoding : "utf8"
}

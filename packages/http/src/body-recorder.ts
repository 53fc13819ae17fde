/** Collects a body up to a maximum size. */
export class BodyRecorder {
  readonly #most: number
  #chunks: Uint8Array[] = []
  #bytes = 0
  #overflowed = false

  constructor(most: number) {
    this.#most = most
  }

  /** False once the body was too large; nothing of it is kept then. */
  get complete(): boolean {
    return !this.#overflowed
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Keeps a copy, because the caller may reuse the buffer. */
  add(chunk: Uint8Array): void {
    if (this.#overflowed) return
    this.#bytes += chunk.byteLength
    if (this.#bytes > this.#most) {
      this.#overflowed = true
      this.#chunks = []
    } else {
      this.#chunks.push(chunk.slice())
    }
  }

  /** The body as one array. */
  take(): Uint8Array {
    const body =
      this.#chunks.length === 1 && this.#chunks[0] !== undefined ? this.#chunks[0] : new Uint8Array(this.#bytes)
    if (this.#chunks.length > 1) {
      let offset = 0
      for (const chunk of this.#chunks) {
        body.set(chunk, offset)
        offset += chunk.byteLength
      }
    }
    this.#chunks = []
    return body
  }
}

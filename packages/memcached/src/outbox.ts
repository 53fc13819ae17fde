import type { Writable } from "node:stream"

/** Larger buffers are passed to the socket as they are; smaller ones are joined with their neighbours into one string. */
const smallBytes = 4096

/** Collects what to send, so that each turn of the event loop makes one write. */
export class Outbox {
  #parts: (string | Uint8Array)[] = []
  #text = ""
  #size = 0

  /** In bytes. */
  get size(): number {
    return this.#size
  }

  add(parts: readonly (string | Uint8Array)[]): void {
    for (const part of parts) {
      this.#size += part.length
      if (typeof part === "string") this.#text += part
      else if (part.length <= smallBytes) this.#text += latin1(part)
      else {
        this.#parts.push(this.#text, part)
        this.#text = ""
      }
    }
  }

  flushTo(socket: Writable): void {
    if (this.#parts.length === 0) socket.write(this.#text, "latin1")
    else {
      socket.cork()
      for (const part of this.#parts) {
        if (typeof part === "string") socket.write(part, "latin1")
        else socket.write(part)
      }
      socket.write(this.#text, "latin1")
      socket.uncork()
    }
    this.clear()
  }

  clear(): void {
    this.#parts = []
    this.#text = ""
    this.#size = 0
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1")
}

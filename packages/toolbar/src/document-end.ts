/** Longer than any end of a document that is looked for. */
const mostHeld = 256

/** The end of a document, or what may be the beginning of one: `</body> </html>`, `</bo`, `<`. */
const possibleEnd = /(?:<\/body\s*>\s*)?(?:<(?:\/[a-z]*\s*(?:>\s*)?)?)?$/i
const closing = /^<\/(?:body|html)\s*>/i

/**
 * Inserts something at the end of a document that streams through: before `</body>`, or else after everything, where browsers
 * make it part of the body (HTML, 13.2.6.4.22). Holds back only what may be the end.
 */
export class DocumentEnd {
  #held: Buffer = Buffer.alloc(0)

  /** Returns what can be sent by now. */
  push(chunk: Uint8Array): Buffer {
    const bytes = this.#held.byteLength === 0 ? Buffer.from(chunk) : Buffer.concat([this.#held, chunk])
    const tail = bytes.subarray(-mostHeld).toString("latin1")
    const length = possibleEnd.exec(tail)?.[0].length ?? 0
    const sent = bytes.byteLength - length
    this.#held = bytes.subarray(sent)
    return bytes.subarray(0, sent)
  }

  /** Returns what is left to send, with `inserted` in its place. */
  end(inserted: string): Buffer {
    const held = this.#held
    const text = Buffer.from(inserted)
    return Buffer.concat(closing.test(held.toString("latin1")) ? [text, held] : [held, text])
  }
}

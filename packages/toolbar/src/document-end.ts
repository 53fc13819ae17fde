/** The number of bytes searched for the end of the document. */
const searchLength = 256

/** The end of a document, or the beginning of one: `</body> </html>`, `</bo`, `<`. */
const possibleEnd = /(?:<\/body\s*>\s*)?(?:<(?:\/[a-z]*\s*(?:>\s*)?)?)?$/i
const closing = /^<\/(?:body|html)\s*>/i

/**
 * Inserts markup at the end of a streamed document: before `</body>`, or after everything else, which browsers still add to
 * the body (HTML, section 13.2.6.4.22). Holds back only bytes that may be the end.
 */
export class DocumentEnd {
  #held: Buffer = Buffer.alloc(0)

  /** Returns the bytes that can be sent now. */
  push(chunk: Uint8Array): Buffer {
    const bytes = this.#held.byteLength === 0 ? Buffer.from(chunk) : Buffer.concat([this.#held, chunk])
    const tail = bytes.subarray(-searchLength).toString("latin1")
    const length = possibleEnd.exec(tail)?.[0].length ?? 0
    const sent = bytes.byteLength - length
    this.#held = bytes.subarray(sent)
    return bytes.subarray(0, sent)
  }

  /** Returns the remaining bytes with `inserted` in place. */
  end(inserted: string): Buffer {
    const held = this.#held
    const text = Buffer.from(inserted)
    return Buffer.concat(closing.test(held.toString("latin1")) ? [text, held] : [held, text])
  }
}

import { decodeRecord, type PageRecord } from "./engine/stored-page.js"
import type { RecordForm } from "./record-form.js"

interface KnownText {
  readonly text: string
  readonly record: PageRecord
}

/** Of all records that are remembered, in characters. */
const mostText = 32 * 1_048_576

/**
 * Records as texts, a character for each byte, for stores in this process: they keep values, and have to copy the bytes of
 * a page for each reader, while nobody can change a text. The last ones are remembered with what they say, and the very
 * same text says the very same.
 */
export class RecordTexts implements RecordForm {
  readonly #known = new Map<string, KnownText>()
  #length = 0

  toStored(record: Uint8Array): string {
    return Buffer.from(record.buffer, record.byteOffset, record.byteLength).toString("latin1")
  }

  read(key: string, stored: unknown): PageRecord | undefined {
    if (typeof stored !== "string") return undefined
    const known = this.#known.get(key)
    if (known?.text === stored) return known.record
    if (known !== undefined) this.#forget(key, known)
    const record = decodeRecord(Buffer.from(stored, "latin1"))
    if (record !== undefined) this.#remember(key, { text: stored, record })
    return record
  }

  #remember(key: string, known: KnownText): void {
    this.#known.set(key, known)
    this.#length += known.text.length
    for (const [oldKey, old] of this.#known) {
      if (this.#length <= mostText) break
      this.#forget(oldKey, old)
    }
  }

  #forget(key: string, { text }: KnownText): void {
    this.#known.delete(key)
    this.#length -= text.length
  }
}

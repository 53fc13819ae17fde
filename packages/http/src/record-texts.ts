import { decodeRecord, type PageRecord } from "./engine/stored-page.js"
import { RecentMap } from "./recent-map.js"
import type { RecordForm } from "./record-form.js"

interface KnownText {
  readonly text: string
  readonly record: PageRecord
}

/** Of all records that are remembered, in characters. */
const mostText = 32 * 1_048_576
/** One record in this many that were not remembered is, so that those which are hardly asked for make no garbage. */
const notedEvery = 8

/**
 * Records as texts, a character for each byte, for stores in this process: they keep values, and have to copy the bytes of
 * a page for each reader, while nobody can change a text. Those that are asked for most are remembered with what they say, and
 * the very same text says the very same.
 */
export class RecordTexts implements RecordForm {
  readonly #known = new RecentMap<KnownText>(mostText, ({ text }) => text.length)
  #unknown = 0

  toStored(record: Uint8Array): string {
    return Buffer.from(record.buffer, record.byteOffset, record.byteLength).toString("latin1")
  }

  read(key: string, stored: unknown): PageRecord | undefined {
    if (typeof stored !== "string") return undefined
    const known = this.#known.get(key)
    if (known?.text === stored) return known.record
    const record = decodeRecord(Buffer.from(stored, "latin1"))
    if (known !== undefined) this.#known.delete(key)
    this.#unknown += 1
    if (record !== undefined && this.#unknown % notedEvery === 0) this.#known.set(key, { text: stored, record })
    return record
  }
}

import { decodeRecord, type PageRecord } from "./engine/stored-page.js"
import { RecentMap } from "./recent-map.js"
import type { RecordForm } from "./record-form.js"

interface KnownText {
  readonly text: string
  readonly record: PageRecord
}

/** For all remembered records, in characters. */
const mostText = 32 * 1_048_576
/** Only one in this many unknown records is remembered, so that rarely requested ones cause no garbage. */
const notedEvery = 8

/**
 * Records as strings, one character per byte, for stores in this process: such stores keep values, and would have to copy the
 * bytes of a page for each reader, while strings are immutable. Frequently requested records are remembered in decoded form
 * with their string: an equal string decodes to the same record.
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

import { decodeRecord, isPage, type PageRecord } from "./engine/stored-page.js"
import { RecentMap } from "./recent-map.js"
import type { RecordForm } from "./record-form.js"

/** The bytes of a record before its body, and the decoded record. */
interface KnownStart {
  readonly bytes: Buffer
  /** Of the whole record: the bytes before the body include its length. */
  readonly length: number
  readonly record: PageRecord
}

const mostKnown = 2_000
const longestStart = 8_192

/**
 * Records as bytes, for stores that keep bytes. Remembers the head of a key's last record in encoded and decoded form, since
 * parsing and checking a head costs more than the rest of a hit.
 */
export class RecordBytes implements RecordForm {
  readonly #known = new RecentMap<KnownStart>(mostKnown)

  toStored(record: Uint8Array): Uint8Array {
    return record
  }

  read(key: string, stored: unknown): PageRecord | undefined {
    if (!(stored instanceof Uint8Array)) return undefined
    const known = this.#known.get(key)
    if (known !== undefined) {
      const record = sameRecord(known, stored)
      if (record !== undefined) return record
    }
    const record = decodeRecord(stored)
    if (record !== undefined) this.#remember(key, stored, record)
    return record
  }

  #remember(key: string, stored: Uint8Array, record: PageRecord): void {
    const length = stored.byteLength - (isPage(record) ? record.body.byteLength : 0)
    if (length > longestStart) return
    // Without the body, which need not be kept.
    const bytes = Buffer.from(stored.subarray(0, length))
    this.#known.set(key, { bytes, length: stored.byteLength, record: withBody(record, noBody) })
  }
}

const noBody = new Uint8Array(0)

function sameRecord({ bytes, length, record }: KnownStart, stored: Uint8Array): PageRecord | undefined {
  if (stored.byteLength !== length || bytes.compare(stored, 0, bytes.byteLength) !== 0) return undefined
  return withBody(record, stored.subarray(bytes.byteLength))
}

function withBody(record: PageRecord, body: Uint8Array): PageRecord {
  return isPage(record) ? { head: record.head, body } : record
}

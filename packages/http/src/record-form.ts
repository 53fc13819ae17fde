import type { PageRecord } from "./engine/stored-page.js"

/** How records are kept in a store, and read again. */
export interface RecordForm {
  /** The form in which the store keeps a record. */
  toStored(record: Uint8Array): unknown
  /** The record at a key; `undefined` for what is none. */
  read(key: string, stored: unknown): PageRecord | undefined
}

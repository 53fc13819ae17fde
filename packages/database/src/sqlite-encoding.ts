import type { Row } from "./connection.js"

/** Selects the `encoding` of a database, which is also that of every database attached to it. */
export const encodingQuery = "PRAGMA encoding"

/** The code of the error for a database in another encoding than UTF-8. */
export const wrongEncoding = "DATABASE_ENCODING"

/** Throws an `Error` with code `"DATABASE_ENCODING"` unless text is stored as UTF-8, to which our statements convert bytes. */
export function checkEncoding(row: Row | undefined): void {
  if (row?.encoding === "UTF-8") return
  const message = `The database stores text as ${row?.encoding}, expected UTF-8. The encoding of a file cannot be changed: use another file`
  throw Object.assign(new Error(message), { code: wrongEncoding })
}

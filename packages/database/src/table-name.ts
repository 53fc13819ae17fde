import { inspect } from "node:util"

/** Leaves room, within the 63 bytes that PostgreSQL keeps of a name, for what the names of indexes add. */
const mostBytes = 50

/** A table, with or without the schema (in MySQL: the database) that it is in. */
export interface TableName {
  readonly schema: string | undefined
  readonly table: string
}

/**
 * Reads `table` or `schema.table`. A name has letters of any script, digits, spaces and `_ $ -`, and up to 50 bytes; it
 * is quoted wherever it is used, so reserved words are fine. Throws a `TypeError` for anything else.
 */
export function readTableName(name: unknown): TableName {
  const parts = typeof name === "string" ? name.split(".") : []
  const [first, second] = parts
  if (first === undefined || parts.length > 2 || !parts.every(isIdentifier)) {
    throw new TypeError(
      "DatabaseBackend: table must be a name or schema.name, of letters, digits, spaces and _ $ -, " +
        `each up to ${mostBytes} bytes, got ${inspect(name)}`,
    )
  }
  return second === undefined ? { schema: undefined, table: first } : { schema: first, table: second }
}

function isIdentifier(part: string): boolean {
  return (
    /^[\p{L}\p{M}\p{N}_$](?:[\p{L}\p{M}\p{N}_$ -]*[\p{L}\p{M}\p{N}_$-])?$/u.test(part) &&
    Buffer.byteLength(part) <= mostBytes
  )
}

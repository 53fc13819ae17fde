import { inspect } from "node:util"

/** PostgreSQL truncates names to 63 bytes. The rest is for the suffixes of the index names. */
const maxBytes = 50

/** The name of a table, with or without its schema (in MySQL: its database). */
export interface TableName {
  readonly schema: string | undefined
  readonly table: string
}

/**
 * Reads `table` or `schema.table`. Each name consists of letters of any script, digits, spaces and `_ $ -`, up to 50 bytes. It
 * is quoted in SQL, so it may be a reserved word. Throws a `TypeError` for anything else.
 */
export function readTableName(name: unknown): TableName {
  const parts = typeof name === "string" ? name.split(".") : []
  const [first, second] = parts
  if (first === undefined || parts.length > 2 || !parts.every(isIdentifier)) {
    throw new TypeError(
      "DatabaseBackend: table must be a name or schema.name, of letters, digits, spaces and _ $ -, " +
        `each up to ${maxBytes} bytes, got ${inspect(name)}`,
    )
  }
  return second === undefined ? { schema: undefined, table: first } : { schema: first, table: second }
}

function isIdentifier(part: string): boolean {
  return (
    /^[\p{L}\p{M}\p{N}_$](?:[\p{L}\p{M}\p{N}_$ -]*[\p{L}\p{M}\p{N}_$-])?$/u.test(part) &&
    Buffer.byteLength(part) <= maxBytes
  )
}

import { isAscii } from "node:buffer"
import type { Argument } from "./connection.js"

/** Longer values are not worth a copy. */
const longestText = 4 * 1024

/**
 * A value as passed to clients. Short ASCII is faster as a string: clients write it in one piece with the rest of the
 * command, but a Buffer in three. Other bytes are not copied: a client writes them before the call resolves.
 */
export function argumentOf(value: Uint8Array): Argument {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return bytes.length <= longestText && isAscii(bytes) ? bytes.toString("latin1") : bytes
}

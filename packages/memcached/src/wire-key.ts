import { inspect } from "node:util"
import { MemcachedError } from "./memcached-error.js"

/** The longest key that Memcached accepts, in bytes. */
export const longestKey = 250

const plain = /^[\x21-\x7e]{1,250}$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
const controlOrSpace = /[\x00-\x20\x7f]/

/**
 * The key as it is sent: its UTF-8 bytes as a latin1 string. Throws a `MemcachedError` for a key that Memcached does not
 * accept, such as one with a space, after which the rest would be read as a command.
 */
export function wireKey(key: string): string {
  if (typeof key === "string" && plain.test(key)) return key
  const reason = typeof key === "string" ? flawOf(key) : "it is no string"
  if (reason !== undefined) {
    throw new MemcachedError("INVALID_KEY", `Memcached does not take the key ${inspect(key).slice(0, 300)}: ${reason}`)
  }
  return Buffer.from(key, "utf8").toString("latin1")
}

function flawOf(key: string): string | undefined {
  if (key === "") return "it is empty"
  if (controlOrSpace.test(key)) return "it has spaces or control characters"
  // Lone surrogates all have the same bytes in UTF-8.
  if (!key.isWellFormed()) return "it is no well-formed text"
  const bytes = Buffer.byteLength(key, "utf8")
  return bytes > longestKey ? `it has ${bytes} bytes, ${longestKey} are the most` : undefined
}

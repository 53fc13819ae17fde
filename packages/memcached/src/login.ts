import { unexpected } from "./meta-commands.js"
import type { Reply } from "./reply-parser.js"

/** A server reads its users from lines of at most this many bytes, `user:password`, and accepts no spaces in either. */
const longestLine = 254

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
const controls = /[\x00-\x1f\x7f]/

/** If the server treats the login as an ordinary `set`, this is its key. Keys of `Cache` contain a colon. */
const key = "larder-login"

/**
 * The command that a server started with `-Y` requires first on each connection: a `set` whose value is the user and the
 * password. A server without authentication would store the value, so it is sent with an expiry in the past.
 */
export class Login {
  readonly bytes: Buffer

  /** Throws a `TypeError`, which shows neither, for what cannot be in a server's file. */
  constructor(username: string | undefined, password: string | undefined) {
    const flaw = flawOf(username, password)
    if (flaw !== undefined) throw new TypeError(`MemcachedBackend: ${flaw}`)
    const value = Buffer.from(`${username} ${password}`)
    this.bytes = Buffer.concat([Buffer.from(`set ${key} 0 -1 ${value.length}\r\n`), value, Buffer.from("\r\n")])
  }

  /** Whether the login succeeded. Throws an `Error` for a reply that does not belong to a login. */
  isAccepted(reply: Reply): boolean {
    if (reply.code === "STORED") return true
    if (reply.code === "CLIENT_ERROR") return false
    throw unexpected(reply)
  }
}

/** Whether a reply means that the server requires a login. */
export function wantsLogin({ code, flags }: Reply): boolean {
  return code === "CLIENT_ERROR" && flags === "unauthenticated"
}

function flawOf(username: unknown, password: unknown): string | undefined {
  if (typeof username !== "string" || username === "" || /[\s:]/.test(username) || controls.test(username)) {
    return "username must be a string without spaces, colons or control characters"
  }
  if (typeof password !== "string" || password === "" || /\s/.test(password) || controls.test(password)) {
    return "password must be a string without spaces or control characters"
  }
  if (Buffer.byteLength(`${username}:${password}`) > longestLine) {
    return `username and password must have at most ${longestLine - 1} bytes together`
  }
  return undefined
}

import type { Reply } from "./reply-parser.js"

/** Returned by `read` if more replies belong to its request. */
export const unfinished: unique symbol = Symbol("unfinished")

/** Ends a batch: the server replies to it after everything before. */
export const barrier = "mn\r\n"

/** A request to one server. */
export interface Request<Answer> {
  /** In the order they are sent: latin1 strings, and bytes. */
  readonly parts: readonly (string | Uint8Array)[]
  /** Several commands in one: the replies end with that to a no-op, and an error reply does not end them. */
  readonly batch?: true
  /** Called with each reply; returns the result. If it throws, the connection is no longer usable. */
  read(reply: Reply): Answer | typeof unfinished
}

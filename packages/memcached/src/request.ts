import type { Reply } from "./reply-parser.js"

/** What `read` answers when more replies belong to its request. */
export const unfinished: unique symbol = Symbol("unfinished")

/** Behind a batch: the server answers it when it has answered everything before. */
export const barrier = "mn\r\n"

/** Something to ask one server. */
export interface Request<Answer> {
  /** In the order they are sent: texts with a character for each byte, and bytes. */
  readonly parts: readonly (string | Uint8Array)[]
  /** Many commands in one: the replies end with that to a no-op, and one that the server refuses does not end them. */
  readonly batch?: true
  /** Makes the answer of the replies, in turn. What it throws means that nothing on this connection can be trusted. */
  read(reply: Reply): Answer | typeof unfinished
}

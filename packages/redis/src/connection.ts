/** What a command is made of. Its name comes first. */
export type Argument = string | Buffer

/** What a server answers: blob strings are `Buffer`s, whatever the client makes of them otherwise. */
export type Reply = Buffer | string | number | null | undefined | readonly Reply[]

/** One server. */
export interface RedisNode {
  /** Rejects with the server's error, or the client's when the server was not reached. */
  send(command: readonly Argument[]): Promise<Reply>
}

/** All that the backend needs of a client, whichever library it is from. */
export interface Connection {
  /** Keys are spread over servers, and a command may not name keys of several. */
  readonly isCluster: boolean
  /** Names the store, without credentials. Absent: the client does not tell. */
  readonly location?: string
  /** Sends a command to the server that holds the key. */
  send(key: Argument, command: readonly Argument[]): Promise<Reply>
  /** The servers that together hold every key once. */
  masters(): Promise<readonly RedisNode[]>
  /** Releases what was opened, and nothing that was given. Safe to call again. */
  close(): Promise<void>
}

/** A reply that is text in every client, though a `Buffer` in some. */
export function textOf(reply: Reply): string {
  return Buffer.isBuffer(reply) ? reply.toString() : String(reply)
}

/** A reply that is a list of so many; anything else is no answer to what was asked. */
export function listOf(reply: Reply, length: number): readonly Reply[] {
  if (Array.isArray(reply) && reply.length === length) return reply
  throw new Error(`The server did not answer with a list of ${length}`)
}

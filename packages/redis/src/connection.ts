/** A part of a command. The first is its name. */
export type Argument = string | Buffer

/** A server's reply: blob strings are `Buffer`s, whatever the client returns by default. */
export type Reply = Buffer | string | number | null | undefined | readonly Reply[]

/** One server. */
export interface RedisNode {
  /** Rejects with the server's error, or the client's if the server was not reached. */
  send(command: readonly Argument[]): Promise<Reply>
}

/** What the backend needs of a client, from any library. */
export interface Connection {
  /** Keys are spread over servers, and a command may not name keys of several. */
  readonly isCluster: boolean
  /** Names the store, without credentials. Absent: unknown. */
  readonly location?: string
  /** Sends a command to the server that holds the key. */
  send(key: Argument, command: readonly Argument[]): Promise<Reply>
  /** The servers that together hold every key once. */
  masters(): Promise<readonly RedisNode[]>
  /** Closes what was opened, but not a client that was passed in. Calling it again does nothing. */
  close(): Promise<void>
}

/** A string reply, which is a `Buffer` in some clients. */
export function textOf(reply: Reply): string {
  return Buffer.isBuffer(reply) ? reply.toString() : String(reply)
}

/** Whether an integer reply is 1. Some clients can return integers as strings. */
export function isOne(reply: Reply): boolean {
  return Number(reply) === 1
}

/** A reply that must be a list of this length. Throws for anything else. */
export function listOf(reply: Reply, length: number): readonly Reply[] {
  if (Array.isArray(reply) && reply.length === length) return reply
  throw new Error(`The server did not answer with a list of ${length}`)
}

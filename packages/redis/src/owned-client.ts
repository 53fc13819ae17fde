import type { Connection } from "./connection.js"

/** A client that was opened here. */
export interface OwnedClient {
  readonly connection: Connection
  /** False if calls can only fail. */
  isUsable(): boolean
  /** Whether this error of a call suggests replacing the client. */
  isDoubtedFor(error: unknown): boolean
  /** Ends every pending call and closes every socket. */
  destroy(): Promise<void>
}

/** Whether it is a server's error reply, which starts with a code in capitals: `WRONGTYPE Operation against …`. */
export function isServerError(error: unknown, code = "[A-Z]+"): boolean {
  return error instanceof Error && new RegExp(`^${code} `).test(error.message)
}

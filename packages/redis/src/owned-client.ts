import type { Connection } from "./connection.js"

/** A client that was opened here. */
export interface OwnedClient {
  readonly connection: Connection
  /** False when calls can only fail. */
  isUsable(): boolean
  /** Whether this error of a call says that another client would do better. */
  isDoubtedFor(error: unknown): boolean
  /** Ends every call under way and closes every socket. */
  destroy(): Promise<void>
}

/** Whether a server said so, which begins with a code in capitals: `WRONGTYPE Operation against …`. */
export function isServerError(error: unknown, code = "[A-Z]+"): boolean {
  return error instanceof Error && new RegExp(`^${code} `).test(error.message)
}

import { createHash } from "node:crypto"
import type { Argument, Connection, Reply } from "./connection.js"
import { isServerError } from "./owned-client.js"

/** A script that a server runs atomically, on keys that it holds. Sent by digest, or in full if the server lacks it. */
export class Script {
  readonly #source: string
  readonly #digest: string

  constructor(source: string) {
    this.#source = source
    this.#digest = createHash("sha1").update(source).digest("hex")
  }

  /** Loads it into the server, ahead of every later call. A server that refuses is sent it in full. */
  load(connection: Connection): void {
    connection.send("", ["SCRIPT", "LOAD", this.#source]).catch(() => {})
  }

  async run(connection: Connection, keys: readonly string[], ...args: readonly Argument[]): Promise<Reply> {
    const [first = ""] = keys
    const rest = [String(keys.length), ...keys, ...args]
    try {
      return await connection.send(first, ["EVALSHA", this.#digest, ...rest])
    } catch (error) {
      if (!isServerError(error, "NOSCRIPT")) throw error
      return connection.send(first, ["EVAL", this.#source, ...rest])
    }
  }
}

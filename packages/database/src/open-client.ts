import type { Milliseconds } from "@larder/core"
import type { DatabaseClient } from "./backend-options.js"

/** A client that was opened for one backend, and how it is ended. */
export interface OpenClient {
  readonly client: DatabaseClient
  readonly statementTimeout: Milliseconds
  readonly release: () => Promise<void>
}

/** How long a server may take before a call fails. */
export interface ServerTimeouts {
  readonly connect: Milliseconds
  readonly statement: Milliseconds
}

/** Those of `fromUrl`. `Cache` ends its operations sooner; these free what they waited for. */
export const serverTimeouts: ServerTimeouts = { connect: 5_000, statement: 30_000 }

/** So many connections are open at once. */
export const mostConnections = 10

/** Imports a client library; rejects with an `Error` that says what to install if it is missing. */
export async function importClient<Library>(name: string, load: () => Promise<Library>): Promise<Library> {
  try {
    return await load()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    // Another package may be missing, one that the library itself needs.
    if (code !== "ERR_MODULE_NOT_FOUND" || !message.includes(`'${name}'`)) throw cause
    throw new Error(`This database URL needs the package ${name}: npm install ${name}`, { cause })
  }
}

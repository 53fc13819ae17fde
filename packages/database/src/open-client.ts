import type { Milliseconds } from "@larder/core"
import type { DatabaseBackendOptions } from "./backend-options.js"

/** A client that was opened for one backend, as options of that backend. */
export interface OpenClient extends Pick<DatabaseBackendOptions, "client" | "statementTimeout"> {
  readonly release: () => Promise<void>
}

/** How long a server may take before a call fails. */
export interface ServerTimeouts {
  readonly connect: Milliseconds
  readonly statement: Milliseconds
}

/** Those of `fromUrl`. `Cache` gives up sooner; these timeouts free the connections. */
export const serverTimeouts: ServerTimeouts = { connect: 5_000, statement: 30_000 }

/** The size of the connection pool. */
export const maxConnections = 10

/** Imports a client library. Rejects with an `Error` that says what to install if it is missing. */
export async function importClient<Library>(name: string, load: () => Promise<Library>): Promise<Library> {
  try {
    return await load()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    // The missing package may also be a dependency of the library.
    if (code !== "ERR_MODULE_NOT_FOUND" || !message.includes(`'${name}'`)) throw cause
    throw new Error(`This database URL needs the package ${name}: npm install ${name}`, { cause })
  }
}

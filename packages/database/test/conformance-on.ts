import { testBackend, testCache } from "@larder/conformance/vitest"
import { afterAll, beforeAll } from "vitest"
import { DatabaseBackend, fromUrl } from "../src/index.js"
import type { OpenClient, ServerTimeouts } from "../src/open-client.js"
import { type DatabaseKind, type TemporaryTable, temporaryTable } from "./temporary-table.js"

interface Server {
  readonly defaultPort: number
  readonly open: (url: URL, timeouts: ServerTimeouts) => Promise<OpenClient>
}

const child = new URL("child.mjs", import.meta.url)

/** Registers the conformance suite for a new table, also with other processes and, for a server, with network faults. */
export function testConformanceOn(kind: DatabaseKind, server?: Server): void {
  const table = temporaryTable(kind)
  beforeAll(async () => {
    const backend = await fromUrl(table.url)
    await backend.createTable()
    await backend.close()
  })
  afterAll(table.remove)
  const harness = {
    create: () => fromUrl(table.url),
    child: { module: child, data: table.url },
    ...(server === undefined ? {} : { remote: remoteStore(table, server) }),
  }
  testBackend(kind, harness)
  testCache(kind, harness)
}

function remoteStore({ database, name }: TemporaryTable, { defaultPort, open }: Server) {
  const { hostname, port } = new URL(database)
  return {
    host: hostname,
    port: Number(port || defaultPort),
    create: async (address: { host: string; port: number }) => {
      const url = new URL(database)
      url.hostname = address.host
      url.port = String(address.port)
      return new DatabaseBackend({ ...(await open(url, { connect: 2_000, statement: 1_000 })), table: name })
    },
  }
}

import { testBackend, testCache } from "@larder/conformance/vitest"
import { afterAll, beforeAll } from "vitest"
import { DatabaseBackend, fromUrl } from "../src/index.js"
import type { OpenClient, ServerTimeouts } from "../src/open-client.js"
import { type DatabaseKind, temporaryTable } from "./temporary-table.js"

interface Server {
  readonly defaultPort: number
  readonly open: (url: URL, timeouts: ServerTimeouts) => Promise<OpenClient>
}

const child = new URL("child.mjs", import.meta.url)

/** Registers the conformance suite for a table of its own, with handles in other processes, and faults before a server. */
export function testConformanceOn(kind: DatabaseKind, server?: Server): void {
  const place = temporaryTable(kind)
  beforeAll(async () => {
    const backend = await fromUrl(place.url)
    await backend.createTable()
    await backend.close()
  })
  afterAll(place.remove)
  const harness = {
    create: () => fromUrl(place.url),
    child: { module: child, data: place.url },
    ...(server === undefined ? {} : { remote: remoteStore(place, server) }),
  }
  testBackend(kind, harness)
  testCache(kind, harness)
}

function remoteStore({ url, table }: { url: string; table: string }, { defaultPort, open }: Server) {
  const { hostname, port } = new URL(url)
  return {
    host: hostname,
    port: Number(port || defaultPort),
    create: async (address: { host: string; port: number }) => {
      const there = new URL(url)
      there.hostname = address.host
      there.port = String(address.port)
      there.search = ""
      return new DatabaseBackend({ ...(await open(there, { connect: 2_000, statement: 1_000 })), table })
    },
  }
}

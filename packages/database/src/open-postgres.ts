import { importClient, maxConnections, type OpenClient, type ServerTimeouts } from "./open-client.js"
import type { LoadedTls } from "./tls-request.js"

/** Creates a pool of `pg`. Does not connect yet. Without `tls`, the environment decides about TLS (`PGSSLMODE`). */
export async function openPostgres(url: URL, timeouts: ServerTimeouts, tls?: LoadedTls | false): Promise<OpenClient> {
  const { default: pg } = await importClient("pg", () => import("pg"))
  const pool = new pg.Pool({
    connectionString: url.href,
    max: maxConnections,
    connectionTimeoutMillis: timeouts.connect,
    query_timeout: timeouts.statement,
    keepAlive: true,
    ...(tls !== undefined && { ssl: tls }),
  })
  // The pool replaces an idle connection that was lost, but the event would crash the process without a listener.
  pool.on("error", () => {})
  return { client: pool, release: () => pool.end() }
}

import { importClient, mostConnections, type OpenClient, type ServerTimeouts } from "./open-client.js"
import type { LoadedTls } from "./tls-request.js"

/** Opens a pool of `pg`. Connects to nothing yet. Without a word about TLS it is the environment's (`PGSSLMODE`) to say. */
export async function openPostgres(url: URL, timeouts: ServerTimeouts, tls?: LoadedTls | false): Promise<OpenClient> {
  const { default: pg } = await importClient("pg", () => import("pg"))
  const pool = new pg.Pool({
    connectionString: url.href,
    max: mostConnections,
    connectionTimeoutMillis: timeouts.connect,
    query_timeout: timeouts.statement,
    keepAlive: true,
    ...(tls !== undefined && { ssl: tls }),
  })
  // An idle connection that breaks is replaced; without a listener it would end the process.
  pool.on("error", () => {})
  return { client: pool, statementTimeout: timeouts.statement, release: () => pool.end() }
}

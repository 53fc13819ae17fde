import { importClient, mostConnections, type OpenClient, type ServerTimeouts } from "./open-client.js"

/** Opens a pool of `pg`. Connects to nothing yet. */
export async function openPostgres(url: URL, timeouts: ServerTimeouts): Promise<OpenClient> {
  const { default: pg } = await importClient("pg", () => import("pg"))
  const pool = new pg.Pool({
    connectionString: url.href,
    max: mostConnections,
    connectionTimeoutMillis: timeouts.connect,
    query_timeout: timeouts.statement,
    keepAlive: true,
  })
  // An idle connection that breaks is replaced; without a listener it would end the process.
  pool.on("error", () => {})
  return { client: pool, statementTimeout: timeouts.statement, release: () => pool.end() }
}

import { importClient, maxConnections, type OpenClient, type ServerTimeouts } from "./open-client.js"
import type { LoadedTls } from "./tls-request.js"

/** How many calls may be queued for a connection. More are rejected, so that a silent server does not fill memory. */
const maxQueued = 10_000

/** Creates a pool of `mysql2`. Does not connect yet. */
export async function openMysql(url: URL, timeouts: ServerTimeouts, tls?: LoadedTls | false): Promise<OpenClient> {
  const { createPool } = await importClient("mysql2", () => import("mysql2/promise"))
  const pool = createPool({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    ...(url.port === "" ? {} : { port: Number(url.port) }),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    connectionLimit: maxConnections,
    queueLimit: maxQueued,
    connectTimeout: timeouts.connect,
    ...(tls && { ssl: tls }),
  })
  // A connection that cannot be closed properly is already lost.
  const release = () => pool.end().catch(() => {})
  return { client: pool, statementTimeout: timeouts.statement, release }
}

import { importClient, mostConnections, type OpenClient, type ServerTimeouts } from "./open-client.js"
import type { LoadedTls } from "./tls-request.js"

const mostWaiting = 10_000

/** Opens a pool of `mysql2`. Connects to nothing yet. */
export async function openMysql(url: URL, timeouts: ServerTimeouts, tls?: LoadedTls | false): Promise<OpenClient> {
  const { createPool } = await importClient("mysql2", () => import("mysql2/promise"))
  const pool = createPool({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    ...(url.port === "" ? {} : { port: Number(url.port) }),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    connectionLimit: mostConnections,
    queueLimit: mostWaiting,
    connectTimeout: timeouts.connect,
    ...(tls && { ssl: tls }),
  })
  // Connections that cannot be ended in order are gone already.
  const release = () => pool.end().catch(() => {})
  return { client: pool, statementTimeout: timeouts.statement, release }
}

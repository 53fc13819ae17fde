import type { ServerStats } from "../server-stats.js"

/** A server, with what it reports about itself. */
export interface ExaminedServer {
  /** `host:port` */
  readonly name: string
  readonly stats: ServerStats
  readonly settings: ServerStats
}

import type { ServerStats } from "../server-stats.js"

/** What is examined of a server. */
export interface ExaminedServer {
  /** `host:port` */
  readonly name: string
  readonly stats: ServerStats
  readonly settings: ServerStats
}

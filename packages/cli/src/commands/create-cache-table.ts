import type { Outcome } from "../answers.js"
import { answerPerCache } from "../cache-answers.js"
import { withCaches } from "../chosen-caches.js"
import type { Arguments, Command } from "../command.js"
import { UsageError } from "../usage-error.js"

/** A backend that keeps entries in a table, whichever package it comes from. */
interface TableBackend {
  createTable(options: { dryRun: boolean }): Promise<{ readonly existed: boolean; readonly sql: string }>
}

interface Created extends Outcome {
  readonly existed: boolean
  readonly created: boolean
  readonly sql: string
}

/** `larder createcachetable`: creates the tables of all database caches, or of the named ones, like Django's command. */
export const createCacheTable: Command = {
  summary: "create the tables of database caches",
  usage: "[alias...]",
  options: ["config", "url", "table", "dry-run"],
  async run(given, output) {
    const dryRun = given["dry-run"] ?? false
    return withCaches(withTable(given), (chosen) =>
      answerPerCache(chosen, given, output, {
        askOf({ backend }) {
          const keeper = tableKeeperIn(backend)
          return keeper && (() => createTable(keeper, dryRun))
        },
        lack: "has no table",
        lineOf({ existed, sql }, label) {
          if (existed) return `${label}: the table already exists`
          return dryRun ? sql.trimEnd() : `${label}: the table was created`
        },
      }),
    )
  },
}

async function createTable(backend: TableBackend, dryRun: boolean): Promise<Created> {
  const { existed, sql } = await backend.createTable({ dryRun })
  return { ok: true, existed, created: !existed && !dryRun, sql }
}

/** Moves `--table` into the URL. Throws a `UsageError` if there is no URL. */
function withTable(given: Arguments): Arguments {
  const { url, table } = given
  if (table === undefined) return given
  if (url === undefined) throw new UsageError("--table goes with --url; a configuration names its own tables")
  return { ...given, url: `${url}${url.includes("?") ? "&" : "?"}table=${encodeURIComponent(table)}` }
}

/** The backend, or the far backend of tiers, if it keeps a table. */
function tableKeeperIn(backend: object): TableBackend | undefined {
  if ("createTable" in backend && typeof backend.createTable === "function") return backend as TableBackend
  return "far" in backend && typeof backend.far === "object" && backend.far !== null
    ? tableKeeperIn(backend.far)
    : undefined
}

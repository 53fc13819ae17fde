import type { Backend } from "@larder/core"
import { type ChosenCache, withCaches } from "../chosen-caches.js"
import type { Arguments, Command } from "../command.js"
import { failureLine } from "../failure-line.js"
import type { Output } from "../output.js"
import { UsageError } from "../usage-error.js"

/** A backend that keeps entries in a table, whatever package it is of. */
interface TableBackend {
  createTable(options: { dryRun: boolean }): Promise<{ readonly existed: boolean; readonly sql: string }>
}

/** The result for one table. */
interface Answer {
  readonly cache: string
  readonly ok: boolean
  readonly existed?: boolean
  readonly created?: boolean
  readonly sql?: string
  readonly error?: string
}

/** `larder createcachetable`: creates the tables of all caches in databases, or of the named ones, as Django's command does. */
export const createCacheTable: Command = {
  summary: "create the tables of caches in databases",
  usage: "[alias...]",
  options: ["config", "url", "table", "dry-run"],
  async run(given, output) {
    const dryRun = given["dry-run"] ?? false
    const answers = await withCaches(withTable(given), (chosen) => createTables(chosen, given, dryRun))
    if (given.json) output.out(JSON.stringify(answers))
    else for (const answer of answers) show(answer, dryRun, output)
    return answers.every(({ ok }) => ok)
  },
}

/** One after the other: they may be in one database. */
async function createTables(
  chosen: readonly ChosenCache[],
  { url, words }: Arguments,
  dryRun: boolean,
): Promise<Answer[]> {
  const isNamed = url !== undefined || words.length > 0
  const answers: Answer[] = []
  for (const { label, use } of chosen) {
    let backend: Backend<unknown>
    try {
      backend = use().backend
    } catch (error) {
      answers.push(failure(label, error))
      continue
    }
    const keeper = tableKeeperIn(backend)
    if (keeper !== undefined) answers.push(await createTable(label, keeper, dryRun))
    else if (isNamed) throw new UsageError(`${label}: the ${backend.name} backend has no table`)
  }
  if (answers.length === 0) throw new UsageError("None of the configured caches is in a database")
  return answers
}

async function createTable(cache: string, backend: TableBackend, dryRun: boolean): Promise<Answer> {
  try {
    const { existed, sql } = await backend.createTable({ dryRun })
    return { cache, ok: true, existed, created: !existed && !dryRun, sql }
  } catch (error) {
    return failure(cache, error)
  }
}

function failure(cache: string, error: unknown): Answer {
  return { cache, ok: false, error: failureLine(error) }
}

function show({ cache, existed, sql = "", error }: Answer, dryRun: boolean, output: Output): void {
  if (error !== undefined) output.error(`${cache}: ${error}`)
  else if (existed) output.out(`${cache}: the table already exists`)
  else output.out(dryRun ? sql.trimEnd() : `${cache}: the table was created`)
}

/** The arguments with the table as part of the URL. */
function withTable(given: Arguments): Arguments {
  const { url, table } = given
  if (table === undefined) return given
  if (url === undefined) throw new UsageError("--table goes with --url; a configuration names its tables itself")
  return { ...given, url: `${url}${url.includes("?") ? "&" : "?"}table=${encodeURIComponent(table)}` }
}

/** The backend, or of tiers the far one, if it keeps a table. */
function tableKeeperIn(backend: object): TableBackend | undefined {
  if ("createTable" in backend && typeof backend.createTable === "function") return backend as TableBackend
  return "far" in backend && typeof backend.far === "object" && backend.far !== null
    ? tableKeeperIn(backend.far)
    : undefined
}

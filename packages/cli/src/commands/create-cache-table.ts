import type { Backend } from "@larder/core"
import type { Arguments, Command } from "../command.js"
import { type ConfiguredCaches, chosenAliases, loadCaches } from "../config.js"
import { failureLine, withoutPasswords } from "../failure-line.js"
import type { Output } from "../output.js"
import { backendOfUrl } from "../store-url.js"
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
  usage: "[alias...] [--config file | --url url [--table name]] [--dry-run] [--json]",
  options: ["config", "url", "table", "dry-run"],
  async run(given, output) {
    const answers = await (given.url === undefined ? createConfigured(given) : createForUrl(given.url, given))
    if (given.json) output.out(JSON.stringify(answers))
    else for (const answer of answers) show(answer, given.dryRun, output)
    return answers.every(({ ok }) => ok)
  },
}

async function createConfigured({ config, aliases, table, dryRun, directory }: Arguments): Promise<Answer[]> {
  if (table !== undefined) throw new UsageError("--table goes with --url; a configuration names its tables itself")
  const caches = await loadCaches(config, directory)
  try {
    const answers: Answer[] = []
    for (const alias of chosenAliases(caches, aliases)) {
      const backend = backendOf(caches, alias)
      if (backend instanceof Error) {
        answers.push(failure(alias, backend))
        continue
      }
      const keeper = tableKeeperIn(backend)
      if (keeper !== undefined) answers.push(await createTable(alias, keeper, dryRun))
      else if (aliases.length > 0) throw new UsageError(`${alias}: the ${backend.name} backend has no table`)
    }
    if (answers.length === 0) throw new UsageError("None of the configured caches is in a database")
    return answers
  } finally {
    await caches.close()
  }
}

/** The backend of a cache, or the error that creating it threw. */
function backendOf(caches: ConfiguredCaches, alias: string): Backend<unknown> | Error {
  try {
    return caches.use(alias).backend
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

async function createForUrl(url: string, { table, aliases, dryRun, directory }: Arguments): Promise<Answer[]> {
  if (aliases.length > 0) throw new UsageError(`--url names the store; ${aliases.join(", ")} names another`)
  const cache = withoutPasswords(url)
  let backend: Backend<unknown>
  try {
    backend = await backendOfUrl(withTable(url, table), directory)
  } catch (error) {
    if (error instanceof UsageError) throw error
    return [failure(cache, error)]
  }
  try {
    const keeper = tableKeeperIn(backend)
    if (keeper === undefined) throw new UsageError(`The ${backend.name} backend has no table`)
    return [await createTable(cache, keeper, dryRun)]
  } finally {
    await backend.close?.()
  }
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

function withTable(url: string, table: string | undefined): string {
  if (table === undefined) return url
  return `${url}${url.includes("?") ? "&" : "?"}table=${encodeURIComponent(table)}`
}

/** The backend, or of tiers the far one, if it keeps a table. */
function tableKeeperIn(backend: object): TableBackend | undefined {
  if ("createTable" in backend && typeof backend.createTable === "function") return backend as TableBackend
  return "far" in backend && typeof backend.far === "object" && backend.far !== null
    ? tableKeeperIn(backend.far)
    : undefined
}

import { Cache } from "@larder/core"
import type { Arguments, Command } from "../command.js"
import { chosenAliases, loadCaches } from "../config.js"
import { failureLine, withoutPasswords } from "../failure-line.js"
import { backendOfUrl } from "../store-url.js"
import { UsageError } from "../usage-error.js"

interface Answer {
  readonly cache: string
  readonly ok: boolean
  readonly milliseconds: number
  readonly error?: string
}

/** `larder ping`: checks that the store of every cache, or of the named ones, responds. */
export const ping: Command = {
  summary: "check that each store answers",
  usage: "[alias...] [--config file | --url url] [--json]",
  options: ["config", "url"],
  async run(given, output) {
    const answers = await (given.url === undefined ? pingConfigured(given) : pingUrl(given.url, given))
    if (given.json) output.out(JSON.stringify(answers))
    else for (const answer of answers) (answer.ok ? output.out : output.error)(line(answer))
    return answers.every(({ ok }) => ok)
  },
}

async function pingConfigured({ config, aliases, directory }: Arguments): Promise<Answer[]> {
  const caches = await loadCaches(config, directory)
  try {
    const wanted = chosenAliases(caches, aliases)
    return await Promise.all(wanted.map((alias) => timed(alias, () => caches.use(alias).ping())))
  } finally {
    await caches.close()
  }
}

async function pingUrl(url: string, { aliases, directory }: Arguments): Promise<Answer[]> {
  if (aliases.length > 0) throw new UsageError(`--url names the store; ${aliases.join(", ")} names another`)
  const label = withoutPasswords(url)
  let cache: Cache
  try {
    // Not timed: loading the package takes longer than most stores do.
    cache = new Cache(await backendOfUrl(url, directory))
  } catch (error) {
    if (error instanceof UsageError) throw error
    return [{ cache: label, ok: false, milliseconds: 0, error: failureLine(error) }]
  }
  try {
    return [await timed(label, () => cache.ping())]
  } finally {
    await cache.close()
  }
}

async function timed(cache: string, ask: () => Promise<void>): Promise<Answer> {
  const start = performance.now()
  const passed = () => Math.round((performance.now() - start) * 10) / 10
  try {
    await ask()
    return { cache, ok: true, milliseconds: passed() }
  } catch (error) {
    return { cache, ok: false, milliseconds: passed(), error: failureLine(error) }
  }
}

function line({ cache, milliseconds, error }: Answer): string {
  return error === undefined ? `${cache}: answered in ${milliseconds} ms` : `${cache}: ${error}`
}

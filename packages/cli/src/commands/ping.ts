import { type ChosenCache, withCaches } from "../chosen-caches.js"
import type { Command } from "../command.js"
import { failureLine } from "../failure-line.js"
import { storeCall } from "../store-call.js"

interface Answer {
  readonly cache: string
  readonly ok: boolean
  readonly milliseconds: number
  readonly error?: string
}

/** `larder ping`: checks that the store of every cache, or of the named ones, responds. */
export const ping: Command = {
  summary: "check that each store answers",
  usage: "[alias...]",
  options: ["config", "url"],
  async run(given, output) {
    const answers = await withCaches(given, (chosen) => Promise.all(chosen.map(timedPing)))
    if (given.json) output.out(JSON.stringify(answers))
    else for (const answer of answers) (answer.ok ? output.out : output.error)(line(answer))
    return answers.every(({ ok }) => ok)
  },
}

async function timedPing({ label, use }: ChosenCache): Promise<Answer> {
  const start = performance.now()
  const passed = () => Math.round((performance.now() - start) * 10) / 10
  try {
    const cache = use()
    await storeCall(cache, () => cache.ping())
    return { cache: label, ok: true, milliseconds: passed() }
  } catch (error) {
    return { cache: label, ok: false, milliseconds: passed(), error: failureLine(error) }
  }
}

function line({ cache, milliseconds, error }: Answer): string {
  return error === undefined ? `${cache}: answered in ${milliseconds} ms` : `${cache}: ${error}`
}

import { type Answer, type Outcome, report } from "../answers.js"
import { type ChosenCache, withCaches } from "../chosen-caches.js"
import type { Command } from "../command.js"
import { failureLine } from "../failure-line.js"
import { storeCall } from "../store-call.js"

interface Timed extends Outcome {
  readonly milliseconds: number
}

/** `larder ping`: checks that the stores of all caches, or of the named ones, answer. */
export const ping: Command = {
  summary: "check that each store answers",
  usage: "[alias...]",
  options: ["config", "url"],
  async run(given, output) {
    const answers = await withCaches(given, (chosen) => Promise.all(chosen.map(timedPing)))
    return report(answers, given.json, output, ({ milliseconds }, label) => `${label}: answered in ${milliseconds} ms`)
  },
}

async function timedPing({ label, use }: ChosenCache): Promise<Answer<Timed>> {
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

import { report } from "../answers.js"
import { answerPerCache } from "../cache-answers.js"
import { withCaches } from "../chosen-caches.js"
import type { Command } from "../command.js"
import { noteOnMemory } from "../memory-note.js"
import { patientStoreCall } from "../store-call.js"

/** `larder prune`: drops expired entries, and what exceeds the limits, now. */
export const prune: Command = {
  summary: "drop expired entries, and what exceeds the limits",
  usage: "[alias...]",
  options: ["config", "url"],
  notes: ["Passes over stores that do this by themselves."],
  async run(given, output) {
    const answers = await withCaches(given, (chosen) =>
      answerPerCache(chosen, given, "has nothing to prune", (cache, label) => {
        if (cache.backend.prune === undefined) return undefined
        return async () => {
          noteOnMemory(cache, label, output)
          output.progress?.(`pruning ${label} ...`)
          const dropped = await patientStoreCall(cache, () => cache.prune())
          output.progress?.("")
          return { ok: true, dropped }
        }
      }),
    )
    return report(answers, given.json, output, ({ dropped }, label) => {
      return `${label}: ${dropped} ${dropped === 1 ? "entry" : "entries"} dropped`
    })
  },
}

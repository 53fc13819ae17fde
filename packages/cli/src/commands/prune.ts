import { answerPerCache } from "../cache-answers.js"
import { withCaches } from "../chosen-caches.js"
import type { Command } from "../command.js"
import { noteOnMemory } from "../memory-note.js"
import { whileShowing } from "../progress.js"
import { patientStoreCall } from "../store-call.js"

/** `larder prune`: removes expired entries and enforces the limits of stores. */
export const prune: Command = {
  summary: "remove expired entries and enforce the limits",
  usage: "[alias...]",
  options: ["config", "url"],
  notes: ["Skips stores that do this by themselves."],
  run(given, output) {
    return withCaches(given, (chosen) =>
      answerPerCache(chosen, given, output, {
        askOf(cache, label) {
          if (cache.backend.prune === undefined) return undefined
          return async () => {
            noteOnMemory(cache, label, output)
            const pruning = () => patientStoreCall(cache, () => cache.prune())
            return { ok: true, dropped: await whileShowing(`pruning ${label} ...`, output, pruning) }
          }
        },
        lack: "has nothing to prune",
        lineOf: ({ dropped }, label) => `${label}: ${dropped} ${dropped === 1 ? "entry" : "entries"} dropped`,
      }),
    )
  },
}

import { viewOptions } from "../cache-view.js"
import type { Command } from "../command.js"
import { answerPerKey } from "../key-answers.js"
import { storeCall } from "../store-call.js"

/** `larder delete`: removes entries. */
export const deleteEntries: Command = {
  summary: "remove entries",
  usage: "key...",
  options: viewOptions,
  run(given, output) {
    return answerPerKey(
      given,
      output,
      async (cache, key) => ({ ok: true, found: await storeCall(cache, () => cache.delete(key)) }),
      ({ found }, key) => `${key}: ${found ? "removed" : "no entry"}`,
    )
  },
}

import { viewOptions } from "../cache-view.js"
import type { Command } from "../command.js"
import { answerPerKey } from "../key-answers.js"
import { storeCall } from "../store-call.js"
import { timeoutOf } from "../timeout-option.js"

/** `larder touch`: sets a new timeout on entries. */
export const touch: Command = {
  summary: "set a new timeout on entries",
  usage: "key...",
  options: [...viewOptions, "timeout"],
  async run(given, output) {
    const timeout = timeoutOf(given.timeout)
    return answerPerKey(
      given,
      output,
      async (cache, key) => {
        const found = await storeCall(cache, () => cache.touch(key, timeout))
        return { ok: found, found }
      },
      ({ found }, key) => `${key}: ${found ? "touched" : "no entry"}`,
    )
  },
}

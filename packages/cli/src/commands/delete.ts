import { viewOptions, withView } from "../cache-view.js"
import type { Command } from "../command.js"
import { answerPerKey, keysOf } from "../key-answers.js"
import { storeCall } from "../store-call.js"

/** `larder delete`: removes entries. */
export const deleteEntries: Command = {
  summary: "remove entries",
  usage: "key...",
  options: viewOptions,
  async run(given, output) {
    keysOf(given)
    return withView(given, output, (cache) =>
      answerPerKey(
        given,
        output,
        async (key) => ({ ok: true, found: await storeCall(cache, () => cache.delete(key)) }),
        ({ found }, key) => `${key}: ${found ? "removed" : "there was no entry"}`,
      ),
    )
  },
}

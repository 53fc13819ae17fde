import { answerTo, report } from "../answers.js"
import { withView } from "../cache-view.js"
import type { Command } from "../command.js"
import { storeCall } from "../store-call.js"
import { UsageError } from "../usage-error.js"

/** `larder invalidate-tags`: invalidates the entries that have one of the tags. */
export const invalidateTags: Command = {
  summary: "invalidate every entry that has one of the tags",
  usage: "tag...",
  options: ["config", "url", "cache", "namespace", "key-prefix"],
  notes: ["Tags belong to one cache, or to one namespace of it."],
  async run(given, output) {
    const { words: tags } = given
    if (tags.length === 0) throw new UsageError("Pass at least one tag")
    if (tags.includes("")) throw new UsageError("A tag is empty")
    return withView(given, output, async (cache, label) => {
      const answer = await answerTo({ cache: label }, async () => {
        await storeCall(cache, () => cache.invalidateTags(tags))
        return { ok: true, tags }
      })
      return report([answer], given.json, output, (_, name) => `${name}: invalidated ${tags.join(", ")}`)
    })
  },
}

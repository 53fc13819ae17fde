import { integerOf, viewOptions, withView } from "../cache-view.js"
import type { Command } from "../command.js"
import type { Output } from "../output.js"
import { printable } from "../printable.js"
import { storeItems } from "../store-call.js"
import { UsageError } from "../usage-error.js"

/** `larder keys`: prints keys while it finds them. */
export const keys: Command = {
  summary: "print all keys, or those that start with a prefix",
  usage: "[prefix]",
  options: [...viewOptions, "limit"],
  notes: ["Prints one key per line, in any order; with --json, each line is JSON."],
  async run(given, output) {
    const [prefix, ...others] = given.words
    if (others.length > 0) throw new UsageError(`keys takes one prefix; got ${given.words.join(", ")}`)
    const limit = given.limit === undefined ? Number.POSITIVE_INFINITY : integerOf("limit", given.limit, 1)
    const lineOf = given.json ? JSON.stringify : lineFor(output)
    return withView(given, output, async (cache) => {
      let count = 0
      for await (const key of storeItems(cache.keys(prefix))) {
        output.out(lineOf(key))
        count++
        if (output.columns === undefined) output.progress?.(`${count} keys`)
        if (count === limit || (await output.ready?.()) === false) break
      }
      output.progress?.("")
      return true
    })
  },
}

/** Programs get keys as they are. A terminal must not, because keys can contain control characters. */
function lineFor({ columns }: Output): (key: string) => string {
  return columns === undefined ? String : printable
}

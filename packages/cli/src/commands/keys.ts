import { integerOf, viewOptions, withView } from "../cache-view.js"
import type { Command } from "../command.js"
import type { Output } from "../output.js"
import { printable } from "../printable.js"
import { storeItems } from "../store-call.js"
import { UsageError } from "../usage-error.js"

/** `larder keys`: prints keys as they are found. */
export const keys: Command = {
  summary: "print the keys that start with a prefix, or all",
  usage: "[prefix]",
  options: [...viewOptions, "limit"],
  notes: ["A line for each key, in any order; with --json a line of JSON for each."],
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

/** As the key is for a program; keys come from anywhere, and a terminal would do what control characters say. */
function lineFor({ columns }: Output): (key: string) => string {
  return columns === undefined ? String : printable
}

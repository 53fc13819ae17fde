import { isUtf8 } from "node:buffer"
import { answerTo, report } from "../answers.js"
import { viewOptions, withView } from "../cache-view.js"
import type { Arguments, Command } from "../command.js"
import type { Input } from "../input.js"
import { storeCall } from "../store-call.js"
import { timeoutOf } from "../timeout-option.js"
import { UsageError } from "../usage-error.js"
import { readValue } from "../value-forms.js"

/** This value means that the value is read from standard input. */
const FROM_INPUT = "-"

/** `larder set`: stores a value. */
export const set: Command = {
  summary: "store a value",
  usage: "key value",
  options: [...viewOptions, "timeout", "tag", "as"],
  notes: [
    "The value - is read from standard input. With --as json or --as rich, it has",
    "the form of `value` or `rich` in the output of get --json.",
  ],
  async run(given, output, input) {
    if (given.tag?.includes("")) throw new UsageError("--tag is empty")
    const { key, text } = await entryOf(given, input)
    const value = readValue(text, given.as)
    const options = { ...timeoutOf(given.timeout), ...(given.tag && { tags: given.tag }) }
    return withView(given, output, async (cache) => {
      const answer = await answerTo({ key }, async () => {
        await storeCall(cache, () => cache.set(key, value, options))
        return { ok: true }
      })
      return report([answer], given.json, output, (_, label) => `${label}: stored`)
    })
  },
}

async function entryOf({ words }: Arguments, input: Input): Promise<{ readonly key: string; readonly text: string }> {
  const [key, text, ...others] = words
  if (key === undefined || text === undefined || others.length > 0) {
    throw new UsageError(`set takes two arguments, a key and a value; got ${words.length}`)
  }
  if (text !== FROM_INPUT) return { key, text }
  const bytes = await input.read()
  if (!isUtf8(bytes)) throw new UsageError("Standard input is not UTF-8")
  return { key, text: Buffer.from(bytes).toString() }
}

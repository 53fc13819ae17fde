import type { Outcome } from "../answers.js"
import { viewOptions } from "../cache-view.js"
import type { Command } from "../command.js"
import { answerPerKey } from "../key-answers.js"
import { storeCall } from "../store-call.js"
import { type JsonForm, toJsonForm, valueText } from "../value-forms.js"

interface Found extends Outcome {
  readonly found: boolean
}

type Hit = Found & JsonForm

/** `larder get`: prints the values of entries. */
export const get: Command = {
  summary: "print the values of entries",
  usage: "key...",
  options: viewOptions,
  notes: [
    "Strings are printed as they are, on a terminal in quotes; other values as in",
    "source code. With --json, `rich` has the values that JSON cannot represent.",
  ],
  run(given, output) {
    return answerPerKey<Hit | Found>(
      given,
      output,
      async (cache, key) => {
        const value = await storeCall(cache, () => cache.get(key))
        if (value === undefined) return { ok: false, found: false }
        return { ok: true, found: true, ...(given.json ? toJsonForm(value) : { value }) }
      },
      (found, key) => {
        if (!("value" in found)) return `${key}: no entry`
        const text = valueText(found.value, output.columns)
        return given.words.length === 1 ? text : `${key}: ${text}`
      },
    )
  },
}

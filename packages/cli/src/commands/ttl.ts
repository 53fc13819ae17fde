import type { Outcome } from "../answers.js"
import { viewOptions } from "../cache-view.js"
import type { Command } from "../command.js"
import { durationText } from "../duration-text.js"
import { answerPerKey } from "../key-answers.js"
import { storeCall } from "../store-call.js"

interface Left extends Outcome {
  readonly found: boolean
  /** `null`: the entry never expires. Absent: there is no entry. */
  readonly seconds?: number | null
}

/** `larder ttl`: prints when entries expire. */
export const ttl: Command = {
  summary: "print when entries expire",
  usage: "key...",
  options: viewOptions,
  run(given, output) {
    return answerPerKey<Left>(
      given,
      output,
      async (cache, key) => {
        const seconds = await storeCall(cache, () => cache.ttl(key))
        return seconds === undefined ? { ok: false, found: false } : { ok: true, found: true, seconds }
      },
      ({ seconds }, key) => `${key}: ${seconds === undefined ? "no entry" : leftText(seconds)}`,
    )
  },
}

function leftText(seconds: number | null): string {
  return seconds === null ? "never expires" : `expires in ${durationText(seconds)}`
}

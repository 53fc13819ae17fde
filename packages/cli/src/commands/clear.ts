import { type Backend, type Cache, maskUrls } from "@larder/core"
import { answerEach, type Outcome, type Question } from "../answers.js"
import { viewOf } from "../cache-view.js"
import { withCaches } from "../chosen-caches.js"
import type { Arguments, Command } from "../command.js"
import type { Input } from "../input.js"
import { noteOnMemory } from "../memory-note.js"
import type { Output } from "../output.js"
import { whileShowing } from "../progress.js"
import { patientStoreCall } from "../store-call.js"
import { UsageError } from "../usage-error.js"

interface Cleared extends Outcome {
  readonly cleared: boolean
}

type Confirm = (question: string) => Promise<boolean>

/** `larder clear`: removes all entries of the named caches, after confirmation. */
export const clear: Command = {
  summary: "remove all entries of a cache, after confirmation",
  usage: "alias...",
  options: ["config", "url", "namespace", "key-prefix", "yes"],
  notes: ["Removes entries of every version, but nothing of other caches in the store."],
  async run(given, output, input) {
    if (given.url === undefined && given.words.length === 0) throw new UsageError("Pass the alias of a cache to clear")
    const confirm = given.yes ? async () => true : confirmOf(input)
    return withCaches(given, (chosen) => {
      const questions = chosen.map(({ label, use }): Question<Cleared> => {
        return [{ cache: label }, () => clearCache(use(), label, given, output, confirm)]
      })
      return answerEach(questions, given.json, output, ({ cleared }, label) => {
        return `${label}: ${cleared ? "cleared" : "not cleared"}`
      })
    })
  },
}

/** Throws a `UsageError` without a terminal. */
function confirmOf({ confirm }: Input): Confirm {
  if (confirm === undefined) throw new UsageError("clear asks for confirmation; without a terminal, pass --yes")
  return confirm
}

async function clearCache(
  cache: Cache,
  label: string,
  given: Arguments,
  output: Output,
  confirm: Confirm,
): Promise<Cleared> {
  noteOnMemory(cache, label, output)
  const view = viewOf(cache, given)
  const cleared = await confirm(`Remove all entries of ${described(cache, label, given)}?`)
  if (cleared) {
    await whileShowing(`clearing ${label} ...`, output, () => patientStoreCall(cache, () => view.clear()))
  }
  return { ok: cleared, cleared }
}

function described({ backend }: Cache, label: string, { namespace = [] }: Arguments): string {
  const part = namespace.length === 0 ? "" : `the namespace ${namespace.join(" / ")} of `
  return `${part}the cache ${label} (${placeOf(backend)})`
}

function placeOf({ name, location }: Backend<unknown>): string {
  return location === undefined ? name : `${name} at ${maskUrls(location)}`
}

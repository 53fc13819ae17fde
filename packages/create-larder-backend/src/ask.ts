import { createInterface } from "node:readline"
import type { Readable, Writable } from "node:stream"

/** Asks a question on one line. Resolves to an empty answer if the input ends first, for example by Ctrl+C or Ctrl+D. */
export function ask(question: string, input: Readable, output: Writable): Promise<string> {
  const lines = createInterface({ input, output })
  return new Promise((resolve) => {
    function end(): void {
      output.write("\n")
      resolve("")
    }
    lines.once("close", end)
    lines.question(question, (answer) => {
      lines.off("close", end)
      lines.close()
      resolve(answer)
    })
  })
}

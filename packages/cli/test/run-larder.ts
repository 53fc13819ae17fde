import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import type { ConfiguredCaches } from "../src/config.js"
import { type Input, noInput } from "../src/input.js"
import { main } from "../src/main.js"
import type { Output } from "../src/output.js"

/** The folder of this package, whose dependencies the stores of URLs are. */
export const packageFolder: string = join(import.meta.dirname, "..")

export interface Ran {
  readonly code: number
  readonly out: readonly string[]
  readonly error: readonly string[]
}

/** What a command may need besides its words. */
export interface Surroundings {
  readonly directory?: string
  readonly output?: Omit<Output, "out" | "error">
  readonly input?: Partial<Input>
}

/** Runs `larder` in this process. */
export async function runLarder(words: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const { directory = packageFolder, output = {}, input = {} } = surroundings
  const [out, error]: [string[], string[]] = [[], []]
  const lines: Output = { ...output, out: (line) => void out.push(line), error: (line) => void error.push(line) }
  return { code: await main(words, lines, directory, { ...noInput, ...input }), out, error }
}

/** A folder whose configuration has these caches. It goes with the test. */
export function projectWith(caches: ConfiguredCaches): string {
  const directory = mkdtempSync(join(tmpdir(), "larder-project-"))
  Reflect.set(globalThis, directory, caches)
  onTestFinished(() => {
    Reflect.deleteProperty(globalThis, directory)
    rmSync(directory, { recursive: true })
  })
  const code = `export const caches = globalThis[${JSON.stringify(directory)}]\n`
  writeFileSync(join(directory, "larder.config.mjs"), code)
  return directory
}

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type CacheSettings, createCaches } from "@larder/core"
import { LocmemBackend, LocmemStore } from "@larder/locmem"
import type { Input } from "../src/input.js"
import { main } from "../src/main.js"

/** The folder of this package, from which all backend packages can be resolved. */
export const packageFolder: string = join(import.meta.dirname, "..")

/** The exit code and the output of a command. */
export interface Run {
  readonly code: number
  readonly out: readonly string[]
  readonly error: readonly string[]
  readonly progress: readonly string[]
}

/** The environment of a command. By default its results go to a program, there is no terminal, and the input is empty. */
export interface Surroundings {
  readonly columns?: number
  readonly input?: string | Uint8Array
  /** Called with each question. */
  readonly confirm?: (question: string) => boolean
  /** Whether results still have a reader. */
  readonly ready?: () => boolean
  readonly onInterrupt?: Input["onInterrupt"]
}

export type Settings = Readonly<Record<string, CacheSettings>>

/** The global variable from which a configuration gets the caches of a test. */
const place = "larderTestCaches"
const bridge = globalThis as { [place]?: unknown }

/** Runs a command with these caches as its configuration. It closes the caches, but not shared stores behind them. */
export async function larder(
  settings: Settings,
  words: readonly string[],
  surroundings: Surroundings = {},
): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), "larder-run-"))
  try {
    // A new path, because a module is loaded only once.
    writeFileSync(join(directory, "larder.config.mjs"), `export const caches = globalThis.${place}`)
    bridge[place] = createCaches(settings)
    return await larderIn(directory, words, surroundings)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Runs a command in a folder. */
export async function larderIn(
  directory: string,
  words: readonly string[],
  { columns, input = "", confirm, ready, onInterrupt }: Surroundings = {},
): Promise<Run> {
  const [out, error, progress]: [string[], string[], string[]] = [[], [], []]
  const output = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void error.push(line),
    progress: (text: string) => void progress.push(text),
    columns,
    ...(ready && { ready: async () => ready() }),
  }
  const inputs = {
    read: async () => Buffer.from(input),
    ...(confirm && { confirm: async (question: string) => confirm(question) }),
    ...(onInterrupt && { onInterrupt }),
  }
  return { code: await main(words, output, directory, inputs), out, error, progress }
}

/** An in-memory store that claims to be shared between processes, so that a test can read what a command wrote. */
class SharedMemory extends LocmemBackend {
  override readonly capabilities = { shared: true, persistent: true, evicts: true, ttlResolution: 1 }
}

/** Returns a function that creates backends on one in-memory store. */
export function sharedMemory(): () => LocmemBackend {
  const store = new LocmemStore()
  return () => new SharedMemory({ store })
}

async function fail(): Promise<never> {
  throw new Error("no answer of redis://ada:secret@host")
}

/** Settings of a cache whose store is down. */
export const broken: CacheSettings = {
  backend: () => ({
    name: "broken",
    capabilities: { shared: true, persistent: true, evicts: false, ttlResolution: 1 },
    get: fail,
    set: fail,
    delete: fail,
    touch: fail,
    ttl: fail,
    clear: fail,
    prune: fail,
    async *keys() {
      yield await fail()
    },
  }),
}

/** The command's error line about a failure of `broken` in the cache `default`. */
export function failureOf(operation: string): string {
  return `${operation} failed in the broken backend of the cache "default": no answer of redis://***@host`
}

/** Settings of a cache whose backend has no optional methods. */
export const plain: CacheSettings = {
  backend: () => ({
    name: "plain",
    capabilities: { shared: true, persistent: true, evicts: false, ttlResolution: 1 },
    get: async () => undefined,
    set: async () => undefined,
    delete: async () => false,
  }),
}

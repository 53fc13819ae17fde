import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

export interface ProgramEnd {
  /** `null` when a signal ended it. */
  readonly code: number | null
  readonly out: string
  readonly error: string
}

/** A program in a process of its own, and what it says. */
export class Program {
  readonly child: ChildProcess
  readonly ended: Promise<ProgramEnd>
  out = ""
  error = ""

  /** The environment is that of the tests without what the portal reads, and with these; `undefined` takes one away. */
  constructor(
    command: string,
    args: readonly string[],
    { environment = {}, group = false }: { environment?: Record<string, string | undefined>; group?: boolean } = {},
  ) {
    const child = spawn(command, args, {
      // Where NODE_PATH is set, as in what pnpm starts, it leads to packages that nobody here depends on.
      env: { ...process.env, NODE_PATH: undefined, CACHE_URL: undefined, CACHE_SITE: undefined, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own can be sent a signal as a whole, which is what a terminal does at Ctrl+C.
      detached: group,
    })
    child.stdout.on("data", (chunk) => {
      this.out += chunk
    })
    child.stderr.on("data", (chunk) => {
      this.error += chunk
    })
    this.child = child
    this.ended = once(child, "close").then(([code]) => ({ code, out: this.out, error: this.error }))
  }

  /** One that the build has made: `main`, `cluster`. */
  static built(name: string, args: readonly string[], environment: Record<string, string | undefined> = {}): Program {
    const path = fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url))
    if (!existsSync(path)) throw new Error(`${path} is missing: build the portal first (npm run build)`)
    return new Program(process.execPath, [path, ...args], { environment })
  }

  /** Resolves with so many addresses, in the order in which it says them. Rejects when it ends before. */
  async addresses(count: number): Promise<readonly string[]> {
    for (;;) {
      const addresses = this.out.match(/http:[^\s,]+:\d+/g) ?? []
      if (addresses.length >= count) return addresses
      await Promise.race([once(this.child.stdout ?? this.child, "data"), this.#failsAtItsEnd()])
    }
  }

  async address(): Promise<string> {
    const [address = ""] = await this.addresses(1)
    return address
  }

  async #failsAtItsEnd(): Promise<never> {
    const { code, error } = await this.ended
    throw new Error(`The program ended with code ${code}: ${error}`)
  }
}

import { type ChildProcess, fork } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath, pathToFileURL } from "node:url"
import type { ChildAnswer, ChildOrder, Routines } from "./child-worker.js"
import type { ChildModule } from "./harness.js"

// Always the compiled file: a child process runs plain Node, even if the parent runs from source.
const workerFile = fileURLToPath(new URL("../dist/child-worker.js", import.meta.url))

type Arguments<Routine> = Routine extends (backend: never, ...rest: infer Rest) => unknown ? Rest : never
type Answer<Routine> = Routine extends (...rest: never[]) => infer Result ? Awaited<Result> : never

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** Another process with its own handle on the store under test. */
export class Child {
  readonly #process: ChildProcess
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>
  readonly #waiting = new Map<number, Waiting>()
  #orders = 0

  private constructor() {
    if (!existsSync(workerFile)) throw new Error(`${workerFile} is missing: build @larder/conformance first`)
    this.#process = fork(workerFile, { serialization: "advanced", execArgv: [] })
    this.#process.on("message", (answer) => this.#settle(answer as ChildAnswer))
    this.ended = new Promise((resolve) => {
      this.#process.once("exit", (code, signal) => {
        this.#rejectAll(new Error(`the child process ended (${signal ?? `exit code ${code}`})`))
        resolve()
      })
      this.#process.once("error", (error) => {
        this.#rejectAll(error)
        // A process that could not be started emits no exit event.
        if (this.#process.pid === undefined) resolve()
      })
    })
  }

  /** Starts a process and opens a handle in it. Rejects when the module cannot be loaded or has no `create`. */
  static async open({ module, data }: ChildModule): Promise<Child> {
    const child = new Child()
    const url = typeof module === "string" && !module.startsWith("file:") ? pathToFileURL(module) : module
    try {
      await child.#send({ open: String(url), data })
      return child
    } catch (error) {
      await child.kill()
      throw error
    }
  }

  /** Runs one of the routines on the child's handle. Rejects with an `Error` when it rejects there. */
  run<Name extends keyof Routines>(
    routine: Name,
    ...parameters: Arguments<Routines[Name]>
  ): Promise<Answer<Routines[Name]>> {
    return this.#send({ run: routine, parameters }) as Promise<Answer<Routines[Name]>>
  }

  /** Closes the child's handle and lets the process exit by itself. */
  async close(): Promise<void> {
    await this.#send({ close: true })
  }

  /** Kills the process. */
  async kill(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill("SIGKILL")
    await this.ended
  }

  #send(order: ChildOrder): Promise<unknown> {
    this.#orders += 1
    const id = this.#orders
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#process.send({ id, order }, (error) => {
        if (error !== null) this.#settle({ id, error: error.message })
      })
    })
  }

  #settle(answer: ChildAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.error === undefined) waiting?.resolve(answer.value)
    else waiting?.reject(new Error(`in a child process: ${answer.error}`))
  }

  #rejectAll(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error)
    this.#waiting.clear()
  }
}

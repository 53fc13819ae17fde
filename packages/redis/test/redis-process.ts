import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createClient } from "@keyv/redis"
import { onTestFinished } from "vitest"

/** A Redis server for one test, which can stop, restart and pause it. It is stopped at the end of the test. */
export class RedisProcess {
  readonly port: number
  readonly #args: readonly string[]
  readonly #directory: string
  readonly #settings: string
  #child: ChildProcess | undefined

  private constructor(port: number, args: readonly string[]) {
    this.port = port
    this.#args = args
    this.#directory = mkdtempSync(join(tmpdir(), "larder-redis-"))
    this.#settings = join(this.#directory, "redis.conf")
    writeFileSync(this.#settings, 'save ""\nloglevel warning\n')
  }

  /** Starts a server on a free port. */
  static async start(...args: readonly string[]): Promise<RedisProcess> {
    const server = new RedisProcess(await freePort(), args)
    onTestFinished(() => server.#end())
    await server.start()
    return server
  }

  /** Starts a single sentinel that watches one master. */
  static async startSentinel(name: string, masterPort: number): Promise<RedisProcess> {
    const sentinel = new RedisProcess(await freePort(), ["--sentinel"])
    onTestFinished(() => sentinel.#end())
    const lines = [
      `sentinel monitor ${name} 127.0.0.1 ${masterPort} 1`,
      `sentinel down-after-milliseconds ${name} 500`,
      `sentinel failover-timeout ${name} 2000`,
    ]
    writeFileSync(sentinel.#settings, lines.join("\n"))
    await sentinel.start()
    return sentinel
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Restarts it, empty. Resolves when it answers. */
  async start(): Promise<void> {
    const place = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.#directory]
    this.#child = spawn("redis-server", [this.#settings, ...place, ...this.#args], { stdio: "ignore" })
    await this.#answers()
  }

  /** Kills it. */
  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null) return
    child.kill("SIGKILL")
    await once(child, "exit")
  }

  /** Makes a folder in the one that it works in. */
  makeFolder(name: string): void {
    mkdirSync(join(this.#directory, name), { recursive: true })
  }

  /** Until `resume`, it accepts connections and commands, but does not answer. */
  pause(): void {
    this.#child?.kill("SIGSTOP")
  }

  resume(): void {
    this.#child?.kill("SIGCONT")
  }

  /** Sends a command, and returns the reply. */
  async ask(...command: readonly string[]): Promise<unknown> {
    const client = await createClient({ url: this.url }).connect()
    try {
      return await client.sendCommand(command)
    } finally {
      client.destroy()
    }
  }

  async #answers(): Promise<void> {
    const client = createClient({ url: this.url, socket: { reconnectStrategy: 20 } }).on("error", () => {})
    await client.connect()
    await client.ping()
    client.destroy()
  }

  async #end(): Promise<void> {
    await this.stop()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** A closed port of 127.0.0.1. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new Error("The server has no port")
  return address.port
}

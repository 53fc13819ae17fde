import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"

/** A Redis that one test may end, start again and hold up. Where it may run at all is for the services of the tests to see to. */
export class OwnRedis {
  readonly #port: number
  readonly #directory: string
  #child: ChildProcess | undefined

  private constructor(port: number, directory: string) {
    this.#port = port
    this.#directory = directory
  }

  /** Starts one on a free port. */
  static async start(): Promise<OwnRedis> {
    const redis = new OwnRedis(await freePort(), await mkdtemp(join(tmpdir(), "news-portal-redis-")))
    await redis.start()
    return redis
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`
  }

  /** Starts it again, empty, on the same port. Resolves when it takes connections. */
  async start(): Promise<void> {
    const settings = { port: this.#port, bind: "127.0.0.1", dir: this.#directory, save: "" }
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
    this.#child = spawn("redis-server", args, { stdio: "ignore" })
    while (!(await accepts(this.#port))) await wait(20)
  }

  /** Ends it without a word to its clients. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    child.kill("SIGKILL")
    await once(child, "exit")
  }

  /** It takes connections and answers nothing, until `resume`. */
  pause(): void {
    this.#child?.kill("SIGSTOP")
  }

  resume(): void {
    this.#child?.kill("SIGCONT")
  }

  /** Ends it for good. */
  async remove(): Promise<void> {
    await this.kill()
    await rm(this.#directory, { recursive: true })
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1")
  const accepted = await once(socket, "connect").then(
    () => true,
    () => false,
  )
  socket.destroy()
  return accepted
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new Error("The server has no port")
  return address.port
}

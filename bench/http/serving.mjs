import { fork, spawnSync } from "node:child_process"
import { once } from "node:events"
import { get } from "node:http"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { body } from "./page.mjs"
import { load } from "./wrk.mjs"

const program = fileURLToPath(new URL("server.mjs", import.meta.url))

/** A running contender, pinned to one core if the system supports it. */
export class Serving {
  #child
  port
  /** The headers of a hit, by lower-case name. */
  headers

  /** Starts it and checks that it serves the page, on the first request and on the second. */
  static async start(name) {
    const serving = new Serving()
    serving.#child = fork(program, [name], {
      execArgv: ["--expose-gc"],
      env: { ...process.env, NODE_ENV: "production" },
    })
    const [{ port }] = await once(serving.#child, "message")
    serving.port = port
    keepToCore(0, serving.#child.pid)
    for (let round = 0; round < 2; round++) {
      const { headers, bytes } = await serving.ask("/")
      if (!bytes.equals(body)) throw new Error(`${name} does not serve the page`)
      serving.headers = headers
    }
    return serving
  }

  /** After a garbage collection: bytes on the heap and outside of it, and those of the process. */
  memory() {
    return this.#answer("memory")
  }

  /**
   * Requests per second and processor microseconds per request, under load for this many seconds. `pages`: requests are for
   * this many random pages, `/0` and so on; default: all are for `/`.
   */
  async load({ seconds, pages }) {
    await this.#answer("processor")
    const made = await load(this.port, { seconds, pages })
    const microseconds = await this.#answer("processor")
    return { perSecond: made.requests / made.seconds, microseconds: microseconds / made.requests }
  }

  /** Sends one GET. */
  ask(path, agent) {
    return new Promise((resolve, reject) => {
      get({ host: "127.0.0.1", port: this.port, path, agent }, async (response) => {
        const chunks = []
        for await (const chunk of response) chunks.push(chunk)
        resolve({ headers: response.headers, bytes: Buffer.concat(chunks) })
      }).once("error", reject)
    })
  }

  stop() {
    this.#child.disconnect()
  }

  async #answer(question) {
    this.#child.send(question)
    const [answer] = await once(this.#child, "message")
    return answer
  }
}

/** Pins a process, with all its threads, to a core: server and client have one each. Only on Linux. */
export function keepToCore(core, pid) {
  if (process.platform === "linux" && availableParallelism() > 1)
    spawnSync("taskset", ["-a", "-c", "-p", `${core}`, `${pid}`])
}

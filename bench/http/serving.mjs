import { fork, spawnSync } from "node:child_process"
import { once } from "node:events"
import { get } from "node:http"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { body } from "./page.mjs"
import { load } from "./wrk.mjs"

const program = fileURLToPath(new URL("server.mjs", import.meta.url))

/** A contender that serves, on one core where the system can see to that. */
export class Serving {
  #child
  port
  /** The head of a hit: values by their names in lower case. */
  headers

  /** Starts it, and makes sure that it serves the page, the second time as the first. */
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

  /** Bytes of the heap and beside it, and those of the process, when the garbage is gone. */
  memory() {
    return this.#answer("memory")
  }

  /**
   * Requests a second, and microseconds of the processor for each, under load for so many seconds. `pages`: each request is
   * for any of so many, `/0` and so on; else for `/`.
   */
  async load({ seconds, pages }) {
    await this.#answer("processor")
    const made = await load(this.port, { seconds, pages })
    const microseconds = await this.#answer("processor")
    return { perSecond: made.requests / made.seconds, microseconds: microseconds / made.requests }
  }

  /** One answer to a GET. */
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

/** Server and client are to have a core each, a server together with its collector of garbage. Only Linux can be told. */
export function keepToCore(core, pid) {
  if (process.platform === "linux" && availableParallelism() > 1)
    spawnSync("taskset", ["-a", "-c", "-p", `${core}`, `${pid}`])
}

import { fork } from "node:child_process"
import { once } from "node:events"
import { get } from "node:http"
import { fileURLToPath } from "node:url"
import autocannon from "autocannon"
import { body } from "./page.mjs"

const program = fileURLToPath(new URL("server.mjs", import.meta.url))

/** A contender that serves. */
export class Serving {
  #child
  port

  /** Starts it, and makes sure that it serves the page, the second time as the first. */
  static async start(name) {
    const serving = new Serving()
    serving.#child = fork(program, [name], { execArgv: ["--expose-gc"] })
    const [{ port }] = await once(serving.#child, "message")
    serving.port = port
    for (let round = 0; round < 2; round++) {
      const page = await fetchPage(`http://127.0.0.1:${port}/`)
      if (!page.equals(body)) throw new Error(`${name} does not serve the page`)
    }
    return serving
  }

  /** Processor time since the last call, in microseconds, and memory now. */
  async usage() {
    this.#child.send("usage")
    const [usage] = await once(this.#child, "message")
    return usage
  }

  /** Requests a second, and microseconds of the processor for each, under load for so many seconds. */
  async load({ seconds, paths = ["/"] }) {
    await this.usage()
    const result = await autocannon({
      url: `http://127.0.0.1:${this.port}`,
      connections: 32,
      duration: seconds,
      requests: paths.map((path) => ({ path })),
    })
    const { microseconds } = await this.usage()
    if (result.non2xx > 0 || result.errors > 0) throw new Error("Not every request was answered")
    return { perSecond: result.requests.average, microseconds: microseconds / result.requests.total }
  }

  stop() {
    this.#child.disconnect()
  }
}

export function fetchPage(url) {
  return new Promise((resolve, reject) => {
    get(url, async (response) => {
      const chunks = []
      for await (const chunk of response) chunks.push(chunk)
      resolve(Buffer.concat(chunks))
    }).once("error", reject)
  })
}

import type { Backend, Milliseconds } from "@larder/core"

/** A store whose network can fail: it refuses connections, or never responds. */
export class FaultyBackend implements Backend {
  readonly name = "faulty"
  readonly capabilities: Backend["capabilities"]
  state: "up" | "refusing" | "silent" = "up"
  readonly #inner: Backend

  constructor(inner: Backend) {
    this.#inner = inner
    this.capabilities = { ...inner.capabilities, remote: true }
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#through(() => this.#inner.get(key))
  }

  set(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<void> {
    return this.#through(() => this.#inner.set(key, value, ttl))
  }

  delete(key: string): Promise<boolean> {
    return this.#through(() => this.#inner.delete(key))
  }

  async #through<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.state === "refusing") throw new Error("connect ECONNREFUSED")
    if (this.state === "silent") return new Promise(() => {})
    return call()
  }
}

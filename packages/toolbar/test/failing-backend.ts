import type { Backend, BackendStats } from "@larder/core"

/** A remote store of bytes that can be made to fail, and to keep silent about its figures. */
export class FailingBackend implements Backend {
  readonly name = "flaky"
  readonly location = "flaky://store"
  readonly capabilities: Backend["capabilities"] = {
    shared: true,
    persistent: false,
    evicts: false,
    remote: true,
    ttlResolution: 1,
  }
  /** What every call rejects with. */
  failure: Error | undefined
  /** How often `stats` was called. */
  asked = 0
  /** What `stats` waits for. */
  answering: Promise<unknown> = Promise.resolve()
  readonly #values = new Map<string, Uint8Array>()

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#check()
    return this.#values.get(key)
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    this.#check()
    this.#values.set(key, value.slice())
  }

  async delete(key: string): Promise<boolean> {
    this.#check()
    return this.#values.delete(key)
  }

  async stats(): Promise<BackendStats> {
    this.asked++
    await this.answering
    this.#check()
    return { entries: this.#values.size }
  }

  #check(): void {
    if (this.failure !== undefined) throw this.failure
  }
}

/** As a driver reports a server that does not listen. */
export function refusal(): Error {
  return Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:6379"), { code: "ECONNREFUSED" })
}

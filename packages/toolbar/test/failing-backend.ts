import type { Backend, BackendStats } from "@larder/core"

/** A remote store whose calls can be made to fail, and whose `stats` can be made to hang. */
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
  /** If set, every call rejects with it. */
  failure: Error | undefined
  /** The number of `stats` calls. */
  statsCalls = 0
  /** `stats` waits for this promise. */
  statsGate: Promise<unknown> = Promise.resolve()
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
    this.statsCalls++
    await this.statsGate
    this.#check()
    return { entries: this.#values.size }
  }

  #check(): void {
    if (this.failure !== undefined) throw this.failure
  }
}

/** The error of a driver whose server does not listen. */
export function refusal(): Error {
  return Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:6379"), { code: "ECONNREFUSED" })
}

import type { Backend, BackendStats } from "@larder/core"

/** A store of bytes that can be made to fail, and to report anything. */
export class BytesBackend implements Backend {
  readonly name: string = "bytes"
  readonly capabilities = { shared: false, persistent: false, evicts: false, ttlResolution: 1 }
  readonly #entries = new Map<string, Uint8Array>()
  failure: Error | undefined
  /** The number of `stats` calls. */
  statsCalls = 0
  /** Called by `stats`. */
  report: () => Promise<BackendStats> = async () => ({ entries: this.#entries.size })

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#check()
    return this.#entries.get(key)
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    this.#check()
    this.#entries.set(key, value)
  }

  async delete(key: string): Promise<boolean> {
    this.#check()
    return this.#entries.delete(key)
  }

  async clear(): Promise<void> {
    this.#check()
    this.#entries.clear()
  }

  stats(): Promise<BackendStats> {
    this.statsCalls += 1
    return this.report()
  }

  #check(): void {
    if (this.failure !== undefined) throw this.failure
  }
}

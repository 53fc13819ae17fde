import type { Backend, Capabilities } from "./backend.js"

/** Stores nothing, for development without a cache: Django's dummy cache. */
export class DummyBackend implements Backend {
  readonly name = "dummy"
  readonly capabilities: Capabilities = { shared: true, persistent: false, evicts: true, ttlResolution: 1 }

  async get(): Promise<undefined> {
    return undefined
  }

  async set(): Promise<void> {}

  async delete(): Promise<boolean> {
    return false
  }

  /** Always true, since there is never an entry. */
  async add(): Promise<boolean> {
    return true
  }

  async touch(): Promise<boolean> {
    return false
  }

  async incr(): Promise<undefined> {
    return undefined
  }

  async deleteIfEqual(): Promise<boolean> {
    return false
  }

  async replaceIfEqual(): Promise<boolean> {
    return false
  }

  async clear(): Promise<void> {}

  async *keys(): AsyncGenerator<string, void, undefined> {}

  async ttl(): Promise<undefined> {
    return undefined
  }

  async prune(): Promise<number> {
    return 0
  }
}

/** For `backendFromUrl("dummy:")`. */
export function fromUrl(): DummyBackend {
  return new DummyBackend()
}

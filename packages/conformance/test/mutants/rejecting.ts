import type { Capabilities } from "@larder/core"
import { MapBackend, type MapStore, mapCapabilities } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"

/** A correct backend with a limit. The mutants change its errors. */
class LimitedBackend extends MapBackend {
  override readonly capabilities: Capabilities = { ...mapCapabilities, maxValueBytes: 100_000 }
  override put(key: string, value: Uint8Array, expiry: number) {
    try {
      super.put(key, value, expiry)
    } catch (error) {
      throw this.spoiled(error as Error)
    }
  }
  spoiled(error: Error): unknown {
    return error
  }
}

/** Rejects calls that are pending at its close with `reason`. */
class ClosingBackend extends MapBackend {
  readonly #reason: unknown
  #closed = false
  constructor(store: MapStore, reason: unknown) {
    super(store)
    this.#reason = reason
  }
  override async get(key: string) {
    await new Promise((resolve) => setImmediate(resolve))
    if (this.#closed) throw this.#reason
    return super.get(key)
  }
  override async close() {
    this.#closed = true
  }
}

/** Defects of errors. */
export const rejectingMutants: readonly Mutant[] = [
  mutant(
    "incr rejects with a string",
    ["incr.7", "incr.8", "errors.1"],
    class extends MapBackend {
      override incr(key: string, delta: number) {
        return super.incr(key, delta).catch((error: Error) => Promise.reject(error.message))
      }
    },
  ),
  mutant(
    "incr rejects with an object that only has the name of an error",
    ["incr.7", "incr.8", "errors.1"],
    class extends MapBackend {
      override incr(key: string, delta: number) {
        return super.incr(key, delta).catch(({ name, message }: Error) => Promise.reject({ name, message }))
      }
    },
  ),
  mutant(
    "incr rejects with errors without a message",
    ["errors.1"],
    class extends MapBackend {
      override incr(key: string, delta: number) {
        return super.incr(key, delta).catch((error: Error) => {
          error.message = ""
          throw error
        })
      }
    },
  ),
  mutant(
    "rejects a value that is too large with undefined",
    ["errors.2", "errors.3"],
    class extends LimitedBackend {
      override spoiled() {
        return undefined
      }
    },
  ),
  mutant(
    "rejects a value that is too large with an error without a message",
    ["errors.2"],
    class extends LimitedBackend {
      override spoiled() {
        return new RangeError()
      }
    },
  ),
  mutant(
    "rejects a value that is too large as if the store were down",
    ["errors.3"],
    class extends LimitedBackend {
      override spoiled() {
        return new Error("too large")
      }
    },
  ),
  mutant(
    "setMany rejects a value that is too large with a list of keys",
    ["errors.2", "errors.3"],
    class extends LimitedBackend {
      override setMany(entries: Parameters<MapBackend["setMany"]>[0], ttl?: number) {
        return super.setMany(entries, ttl).catch(() => Promise.reject(entries.map(({ key }) => key)))
      }
    },
  ),
  {
    defect: "rejects calls that are pending at close with undefined",
    breaks: ["errors.4"],
    create: (store) => new ClosingBackend(store, undefined),
  },
  {
    defect: "rejects calls that are pending at close with a string",
    breaks: ["errors.4"],
    create: (store) => new ClosingBackend(store, "closed"),
  },
]

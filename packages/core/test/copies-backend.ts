import type { Backend, Capabilities, Codec, CopyTerms, Milliseconds } from "../src/backend.js"

/** Keeps values apart by cloning them. */
export const cloningCodec: Codec<unknown> = { encode: structuredClone, decode: structuredClone }

/**
 * A backend that answers reads with copies of what the store has answered or was handed before: enough of one to try
 * `Cache` on. A copy ends with a change of its key through the same cache, and never by itself.
 */
export class CopiesBackend implements Backend {
  readonly name = "copies"
  readonly capabilities: Capabilities
  readonly #store: Backend
  readonly #copyCodec: Codec<unknown> | undefined

  /** Without a codec copies are kept as bytes. */
  constructor(store: Backend, copyCodec: Codec<unknown> | undefined) {
    this.#store = store
    this.#copyCodec = copyCodec
    this.capabilities = store.capabilities
  }

  onTerms(terms: CopyTerms): Backend<unknown> {
    const store = terms.storeBehind(this.#store as Backend<unknown>, this.#copyCodec)
    const copies = new Map<string, unknown>()
    const dropping =
      <Rest extends readonly unknown[], Answer>(change: (key: string, ...rest: Rest) => Answer) =>
      (key: string, ...rest: Rest): Answer => {
        copies.delete(key)
        return change(key, ...rest)
      }
    const { add, touch, incr, deleteIfEqual, replaceIfEqual } = store
    return {
      ...store,
      async get(key) {
        if (terms.isDecisive(key)) return store.get(key)
        const stored = copies.get(key) ?? (await store.get(key))
        if (stored !== undefined) copies.set(key, stored)
        return stored
      },
      async set(key, value, ttl) {
        copies.delete(key)
        await store.set(key, value, ttl)
        copies.set(key, value)
      },
      delete: dropping(store.delete),
      ...(add && { add: dropping(add) }),
      ...(touch && { touch: dropping(touch) }),
      ...(incr && { incr: dropping(incr) }),
      ...(deleteIfEqual && { deleteIfEqual: dropping(deleteIfEqual) }),
      ...(replaceIfEqual && { replaceIfEqual: dropping(replaceIfEqual) }),
    }
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#store.get(key)
  }

  set(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<void> {
    return this.#store.set(key, value, ttl)
  }

  delete(key: string): Promise<boolean> {
    return this.#store.delete(key)
  }
}

import { MapBackend, type MapEntry, type MapStore, mapCapabilities } from "../map-backend.js"
import { type Mutant, mutant } from "../mutant.js"

/** Keeps what `get` has read, or that it has read a miss, until a method that `forgets` changes the key. */
class RememberingBackend extends MapBackend {
  // Other handles do not know what this one remembers.
  override readonly capabilities = { ...mapCapabilities, shared: false }
  readonly remembered: Map<string, MapEntry | undefined> = new Map()

  constructor(store: MapStore) {
    super(store)
    // The other reads are without the defect.
    this.getMany = (keys) => Promise.all(keys.map((key) => super.get(key)))
    this.deleteMany = async (keys) => (await Promise.all(keys.map((key) => this.delete(key)))).filter(Boolean).length
  }

  override put(key: string, value: Uint8Array, expiry: number) {
    this.remembered.delete(key)
    super.put(key, value, expiry)
  }

  override async delete(key: string) {
    this.remembered.delete(key)
    return super.delete(key)
  }

  override async deleteIfEqual(key: string, value: Uint8Array) {
    this.remembered.delete(key)
    return super.deleteIfEqual(key, value)
  }

  override async clear(prefix: string) {
    this.remembered.clear()
    await super.clear(prefix)
  }

  override async get(key: string) {
    if (!this.remembered.has(key)) this.remembered.set(key, this.find(key))
    const entry = this.remembered.get(key)
    return entry && entry.expiry > this.store.now ? Uint8Array.from(entry.value) : undefined
  }
}

/** Calls a method of the common backend, and restores what was remembered before. */
async function unnoticed<Result>(
  backend: RememberingBackend,
  key: string,
  call: () => Promise<Result>,
): Promise<Result> {
  const had = backend.remembered.has(key)
  const entry = backend.remembered.get(key)
  const result = await call()
  if (had) backend.remembered.set(key, entry)
  return result
}

/** A store in which a timer removes the entry whose ttl was set, unless it is stopped. */
class TimedStore {
  #timers: { readonly key: string; readonly end: number }[] = []

  start(key: string, end: number): void {
    this.#timers.push({ key, end })
  }

  stop(key: string): void {
    const own = this.#timers.findIndex((timer) => timer.key === key)
    if (own >= 0) this.#timers.splice(own, 1)
  }

  /** Removes the entries whose timers are over. */
  run({ entries, now }: MapStore): void {
    for (const { key, end } of this.#timers) if (end <= now) entries.delete(key)
    this.#timers = this.#timers.filter(({ end }) => end > now)
  }
}

const timers = new WeakMap<MapStore, TimedStore>()

/** Stops the timer of an entry when it is overwritten, and not when it is removed by some of the methods. */
class TimerBackend extends MapBackend {
  readonly timers: TimedStore

  constructor(store: MapStore) {
    super(store)
    this.timers = timers.get(store) ?? new TimedStore()
    timers.set(store, this.timers)
  }

  override find(key: string) {
    this.timers.run(this.store)
    return super.find(key)
  }

  override put(key: string, value: Uint8Array, expiry: number) {
    if (this.store.entries.has(key)) this.timers.stop(key)
    super.put(key, value, expiry)
    if (expiry !== Number.POSITIVE_INFINITY) this.timers.start(key, expiry)
  }
}

/** Defects of backends that remember something beside their entries. */
export const rememberingMutants: readonly Mutant[] = [
  mutant(
    "remembers what get has read, beyond replaceIfEqual",
    ["get.3"],
    class extends RememberingBackend {
      override replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: number) {
        return unnoticed(this, key, () => super.replaceIfEqual(key, expected, value, ttl))
      }
    },
  ),
  mutant(
    "remembers what get has read, beyond clear",
    ["get.3"],
    class extends RememberingBackend {
      override clear(prefix: string) {
        return unnoticed(this, prefix, () => super.clear(prefix))
      }
    },
  ),
  mutant(
    "remembers what get has read, with its expiry, beyond touch",
    ["touch.3"],
    class extends RememberingBackend {
      override touch(key: string, ttl?: number) {
        return unnoticed(this, key, () => super.touch(key, ttl))
      }
    },
  ),
  mutant(
    "remembers a miss beyond add",
    ["get.3"],
    class extends RememberingBackend {
      override add(key: string, value: Uint8Array, ttl?: number) {
        if (this.remembered.get(key) !== undefined) return super.add(key, value, ttl)
        return unnoticed(this, key, () => super.add(key, value, ttl))
      }
    },
  ),
  mutant(
    "has timers that delete does not stop",
    ["expiry.9"],
    class extends TimerBackend {
      override async deleteIfEqual(key: string, value: Uint8Array) {
        const deleted = await super.deleteIfEqual(key, value)
        if (deleted) this.timers.stop(key)
        return deleted
      }
      override async clear(prefix: string) {
        for (const key of this.store.entries.keys()) if (key.startsWith(prefix)) this.timers.stop(key)
        await super.clear(prefix)
      }
    },
  ),
  mutant(
    "has timers that clear does not stop",
    ["clear.8"],
    class extends TimerBackend {
      override async delete(key: string) {
        const deleted = await super.delete(key)
        if (deleted) this.timers.stop(key)
        return deleted
      }
      override async deleteIfEqual(key: string, value: Uint8Array) {
        const deleted = await super.deleteIfEqual(key, value)
        if (deleted) this.timers.stop(key)
        return deleted
      }
    },
  ),
  mutant(
    "get writes the entry back, to record when it was read",
    ["races.18"],
    class extends MapBackend {
      override async get(key: string) {
        const entry = this.find(key)
        if (entry === undefined) return undefined
        await undefined
        await undefined
        this.store.entries.set(key, entry)
        return Uint8Array.from(entry.value)
      }
      override getMany(keys: readonly string[]) {
        return Promise.all(keys.map((key) => super.get(key)))
      }
    },
  ),
  mutant(
    "get shares the request of a pending get, also after a write",
    ["races.19"],
    class extends MapBackend {
      readonly #pending = new Map<string, Promise<Uint8Array | undefined>>()
      override async get(key: string) {
        const value = await (this.#pending.get(key) ?? this.#read(key))
        return value && Uint8Array.from(value)
      }
      #read(key: string) {
        const reading = this.#readSlowly(key).finally(() => this.#pending.delete(key))
        this.#pending.set(key, reading)
        return reading
      }
      async #readSlowly(key: string) {
        const value = await super.get(key)
        await new Promise((resolve) => setImmediate(resolve))
        return value
      }
    },
  ),
  mutant(
    "concurrent gets share a buffer",
    ["bytes.7"],
    class extends MapBackend {
      readonly #pending = new Map<string, Promise<Uint8Array | undefined>>()
      override get(key: string) {
        const pending = this.#pending.get(key)
        if (pending !== undefined) return pending
        const reading = super.get(key).finally(() => this.#pending.delete(key))
        this.#pending.set(key, reading)
        return reading
      }
    },
  ),
]

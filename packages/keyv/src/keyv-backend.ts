import { inspect } from "node:util"
import type { Backend, Capabilities, Entry, Milliseconds } from "@larder/core"
import { adapterTtl } from "./adapter-expiry.js"
import { checkBackendOptions, type KeyvBackendOptions } from "./backend-options.js"
import { disconnect } from "./disconnect.js"
import { open, type Sealed, seal } from "./envelope.js"
import { type ErrorWatch, watchErrors } from "./error-watch.js"
import { type AdapterEntry, checkAdapter, type KeyvAdapter } from "./keyv-adapter.js"

const THIRTY_DAYS: Milliseconds = 30 * 24 * 60 * 60 * 1_000

/**
 * Keeps entries in any Keyv storage adapter, for Keyv 5 or 6. It can do what adapters can: get, set, delete, and batches if
 * the adapter has them, but nothing that must be atomic or that visits all keys. Entries expire to the millisecond by
 * the clock of this process, whatever the precision of the adapter. The adapter's namespace is not changed.
 *
 * An adapter that you pass stays yours to disconnect; one that a function creates is disconnected by `close`. Throws a
 * `TypeError` if the adapter is not one, or if an option is invalid.
 */
export class KeyvBackend implements Backend {
  readonly name = "keyv"
  readonly capabilities: Capabilities
  readonly location?: string
  // Present only if the adapter has them; otherwise, `Cache` loops.
  declare readonly getMany?: (keys: readonly string[]) => Promise<readonly (Uint8Array | undefined)[]>
  declare readonly setMany?: (entries: readonly Entry[], ttl?: Milliseconds) => Promise<void>
  declare readonly deleteMany?: (keys: readonly string[]) => Promise<number>
  readonly #adapter: KeyvAdapter
  readonly #takesEnd: boolean
  readonly #errors: ErrorWatch
  readonly #maxAdapterTtl: Milliseconds
  readonly #now: () => number
  readonly #isOwn: boolean
  #closed: Promise<void> | undefined

  constructor(adapter: KeyvAdapter | (() => KeyvAdapter), options: KeyvBackendOptions = {}) {
    checkBackendOptions(options)
    const used = typeof adapter === "function" ? adapter() : adapter
    checkAdapter(used)
    this.#adapter = used
    this.#takesEnd = used.capabilities?.expires === true
    this.#errors = watchErrors(used)
    this.#errors.hold()
    this.#maxAdapterTtl = options.maxAdapterTtl ?? THIRTY_DAYS
    this.#now = options.now ?? Date.now
    this.#isOwn = typeof adapter === "function"
    this.capabilities = capabilitiesOf(options)
    if (options.location !== undefined) this.location = options.location
    if (typeof used.getMany === "function") this.getMany = (keys) => this.#getMany(keys)
    if (typeof used.setMany === "function") this.setMany = (entries, ttl) => this.#setMany(entries, ttl)
    // Adapters for Keyv 5 return one boolean for all keys, not the number of entries.
    if (this.#takesEnd && this.getMany !== undefined && typeof used.deleteMany === "function") {
      this.deleteMany = (keys) => this.#deleteMany(keys)
    }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return (await this.#read(key))?.value
  }

  async set(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<void> {
    const entry = this.#seal({ key, value }, ttl)
    const store = () => this.#adapter.set(key, entry.value, entry.expires ?? entry.ttl)
    assertStored(await this.#errors.run(store, isTrue))
  }

  async delete(key: string): Promise<boolean> {
    // Expired entries count as missing. Deleting their bytes could remove an entry written meanwhile.
    if ((await this.#read(key)) === undefined) return false
    return isTrue(await this.#errors.run(() => this.#adapter.delete(key), isTrue))
  }

  async ttl(key: string): Promise<Milliseconds | null | undefined> {
    const entry = await this.#read(key)
    if (entry === undefined) return undefined
    // It was live when it was read.
    return entry.expires === undefined ? null : Math.max(1, entry.expires - this.#now())
  }

  close(): Promise<void> {
    this.#closed ??= this.#release()
    return this.#closed
  }

  async #release(): Promise<void> {
    // A connection that takes long to close may still emit an error, which nobody else listens to.
    if (this.#isOwn) await disconnect(this.#adapter)
    else this.#errors.release()
  }

  async #read(key: string): Promise<Sealed | undefined> {
    const isHit = (answer: unknown) => open(answer, this.#now()) !== undefined
    return open(await this.#errors.run(() => this.#adapter.get(key), isHit), this.#now())
  }

  async #readMany(keys: readonly string[]): Promise<readonly (Sealed | undefined)[]> {
    const openAll = (answers: unknown) => openEach(answers, keys.length, this.#now())
    const areHits = (answers: unknown) => !openAll(answers).includes(undefined)
    return openAll(await this.#errors.run(() => this.#adapter.getMany?.([...keys]), areHits))
  }

  async #getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return (await this.#readMany(keys)).map((entry) => entry?.value)
  }

  async #setMany(entries: readonly Entry[], ttl?: Milliseconds): Promise<void> {
    const sealed = entries.map((entry) => this.#seal(entry, ttl))
    const areStored = (answers: unknown) => areAnswers(answers, entries.length) && answers.every(isTrue)
    const answers = await this.#errors.run(() => this.#adapter.setMany?.(sealed), areStored)
    for (const answer of Array.isArray(answers) ? answers : [answers]) assertStored(answer)
    // With Keyv 5, an array can be any reply of the client.
    if (this.#takesEnd && Array.isArray(answers)) assertAnswers(answers, entries.length)
  }

  async #deleteMany(keys: readonly string[]): Promise<number> {
    const found = await this.#readMany(keys)
    const live = keys.filter((_, index) => found[index] !== undefined)
    if (live.length === 0) return 0
    const areRemoved = (answers: unknown) => Array.isArray(answers) && answers.every(isTrue)
    const answers = await this.#errors.run(() => this.#adapter.deleteMany?.(live), areRemoved)
    return assertAnswers(answers, live.length).filter(isTrue).length
  }

  #seal({ key, value }: Entry, ttl: Milliseconds | undefined): AdapterEntry {
    const { maxValueBytes = Number.POSITIVE_INFINITY } = this.capabilities
    if (value.byteLength > maxValueBytes) {
      throw new RangeError(`The value has ${value.byteLength} bytes; at most ${maxValueBytes} are kept`)
    }
    const now = this.#now()
    const text = seal(value, ttl === undefined ? undefined : now + ttl)
    const told = adapterTtl(ttl, this.#maxAdapterTtl)
    if (told === undefined) return { key, value: text }
    return this.#takesEnd ? { key, value: text, expires: now + told } : { key, value: text, ttl: told }
  }
}

function capabilitiesOf(options: KeyvBackendOptions): Capabilities {
  const { remote = true, persistent = false, evicts = true, portableKeysOnly = false } = options
  const { maxKeyBytes = Number.POSITIVE_INFINITY, maxValueBytes = Number.POSITIVE_INFINITY } = options
  return {
    shared: true,
    persistent,
    evicts,
    ttlResolution: 1,
    ...(remote && { remote }),
    ...(portableKeysOnly && { portableKeysOnly }),
    ...(Number.isFinite(maxKeyBytes) && { maxKeyBytes }),
    ...(Number.isFinite(maxValueBytes) && { maxValueBytes }),
  }
}

function isTrue(answer: unknown): answer is true {
  return answer === true
}

/** `false` means that it was not stored. On success, many adapters for Keyv 5 return nothing, or the reply of their client. */
function assertStored(answer: unknown): void {
  if (answer === false) throw new Error("The Keyv adapter returned false: it did not store the entry")
}

function areAnswers(answers: unknown, count: number): answers is readonly unknown[] {
  return Array.isArray(answers) && answers.length === count
}

function assertAnswers(answers: unknown, count: number): readonly unknown[] {
  if (areAnswers(answers, count)) return answers
  throw new TypeError(
    `The Keyv adapter must return an array of ${count} results for a batch of ${count} keys; got ${describe(answers)}`,
  )
}

/** Without the results themselves: they are cached values. */
function describe(answers: unknown): string {
  if (Array.isArray(answers)) return `an array of ${answers.length}`
  return typeof answers === "string" ? "a string" : inspect(answers, { depth: -1 })
}

function openEach(answers: unknown, count: number, now: number): readonly (Sealed | undefined)[] {
  return assertAnswers(answers, count).map((answer) => open(answer, now))
}

import type { Milliseconds } from "../src/backend.js"

const DAY: Milliseconds = 86_400_000
/** Entries that depend on tokens are kept no longer. */
const GUARDED: Milliseconds = 30 * DAY

export interface WriteOptions {
  /** In seconds. */
  readonly timeout: number | null
  readonly tags?: readonly string[]
}

export type ManyProducer = (keys: readonly string[]) => readonly (readonly [string, unknown])[]

export interface FillOptions extends WriteOptions {
  readonly staleFor: number
}

interface Entry {
  readonly path: string
  readonly version: number
  readonly key: string
  readonly value: unknown
  readonly tags: readonly string[]
  /** When it is no longer fresh, and when it leaves the store. */
  readonly until: Milliseconds
  readonly keptUntil: Milliseconds
  /** One of its tags was invalidated. */
  dead: boolean
}

/** What invalidations had happened. */
export interface ModelSnapshot {
  readonly tags: ReadonlyMap<string, string>
  readonly all: string
}

/** What `Cache` promises, without stores, tokens and processes: one list of entries. */
export class CacheModel {
  /** Whether the backend has all optional methods, or none. */
  readonly able: boolean
  now: Milliseconds
  entries: Entry[] = []
  clears: number = 0
  /** How often a tag of a namespace was invalidated, and any tag of it. */
  readonly invalidations: Map<string, number> = new Map()

  constructor(able: boolean, now: Milliseconds) {
    this.able = able
    this.now = now
  }

  wait(seconds: number): void {
    this.now += seconds * 1_000
    this.entries = this.entries.filter(({ keptUntil }) => keptUntil > this.now)
  }

  view(path: readonly string[], version: number): CacheModelView {
    return new CacheModelView(this, path.map((name) => `${name}/`).join(""), version)
  }
}

/** The methods of a `Cache` in a namespace, with a default version. */
export class CacheModelView {
  readonly #model: CacheModel
  readonly #path: string
  readonly #version: number

  constructor(model: CacheModel, path: string, version: number) {
    this.#model = model
    this.#path = path
    this.#version = version
  }

  get(key: string): unknown {
    return this.#fresh(key)?.value
  }

  has(key: string): boolean {
    return this.#fresh(key) !== undefined
  }

  ttl(key: string): number | null | undefined {
    this.#needMethod()
    const entry = this.#fresh(key)
    if (entry === undefined) return undefined
    return entry.until === Number.POSITIVE_INFINITY ? null : (entry.until - this.#model.now) / 1_000
  }

  getMany(keys: readonly string[]): Map<string, unknown> {
    return new Map(keys.filter((key) => this.has(key)).map((key) => [key, this.get(key)]))
  }

  keys(prefix: string): string[] {
    this.#needMethod()
    const here = this.#model.entries.filter(({ path, version }) => path === this.#path && version === this.#version)
    return here.map(({ key }) => key).filter((key) => key.startsWith(prefix) && this.has(key))
  }

  set(key: string, value: unknown, options: WriteOptions & { readonly snapshot?: ModelSnapshot }): void {
    const { tags = [], snapshot } = options
    const outdated = (tag: string): boolean => snapshot?.tags.get(tag) !== this.#stateOf(tag)
    const late = tags.filter((tag) => snapshot !== undefined && !snapshot.tags.has(tag))
    if (late.length > 0 && snapshot?.all !== this.#stateOf("")) return
    const dead = snapshot !== undefined && tags.some((tag) => !late.includes(tag) && outdated(tag))
    this.#put(key, value, options, 0, dead)
  }

  setMany(pairs: readonly (readonly [string, unknown])[], options: WriteOptions): string[] {
    for (const [key, value] of pairs) this.set(key, value, options)
    return []
  }

  add(key: string, value: unknown, timeout: number | null): boolean {
    this.#needMethod()
    if (this.has(key)) return false
    if (timeout !== 0) this.set(key, value, { timeout })
    return true
  }

  touch(key: string, timeout: number | null): boolean {
    this.#needMethod()
    if (timeout === 0) return this.delete(key)
    const stored = this.#stored(key)
    // It goes now, or when its time to be stale ends.
    if (stored?.dead === true && staleTime(stored) === 0) this.#replace({ ...stored, keptUntil: this.#model.now + 1 })
    const entry = this.#fresh(key)
    if (entry === undefined) return false
    this.#put(key, entry.value, { timeout, tags: entry.tags }, staleTime(entry))
    return true
  }

  delete(key: string): boolean {
    const entry = this.#stored(key)
    this.#model.entries = this.#model.entries.filter((other) => other !== entry)
    return entry !== undefined
  }

  deleteMany(keys: readonly string[]): number {
    return keys.filter((key) => this.delete(key)).length
  }

  incr(key: string, delta: number): number {
    this.#needMethod()
    const entry = this.#fresh(key)
    if (entry === undefined) throw failure("KeyNotFoundError")
    const { value, tags } = entry
    // A store can count numbers, not what carries tags or times with them.
    if (typeof value !== "number" || tags.length > 0 || staleTime(entry) > 0) throw failure("TypeError")
    this.#replace({ ...entry, value: value + delta })
    return value + delta
  }

  incrVersion(key: string, delta: number): number {
    const version = this.#version + delta
    const entry = this.#fresh(key)
    if (entry === undefined) throw failure("KeyNotFoundError")
    if (delta === 0) return version
    this.delete(key)
    const keptUntil = this.#model.able ? entry.keptUntil : this.#model.now + 300_000
    this.#replace({ ...entry, version, keptUntil, until: staleTime(entry) > 0 ? entry.until : keptUntil })
    return version
  }

  /** A stale value is returned, and replaced in the background. */
  getOrSet(key: string, value: unknown, options: FillOptions): unknown {
    if (options.staleFor > 0 && (options.timeout === 0 || (options.timeout === null && this.#path === "")))
      throw failure("TypeError")
    const { now } = this.#model
    const entry = this.#stored(key)
    const given = entry?.dead === false && now < entry.until + options.staleFor * 1_000 ? entry : undefined
    if (given !== undefined && now < given.until) return given.value
    if (options.timeout !== 0) this.#put(key, value, options, options.staleFor * 1_000)
    return given === undefined ? value : given.value
  }

  getOrSetMany(keys: readonly string[], produce: ManyProducer, options: WriteOptions): Map<string, unknown> {
    const found = this.getMany(keys)
    const missing = keys.filter((key) => !found.has(key))
    const made = missing.length === 0 ? [] : produce(missing)
    if (options.timeout !== 0) this.setMany(made, options)
    const values = new Map([...found, ...made])
    return new Map(keys.map((key) => [key, values.get(key)]))
  }

  clear(): void {
    // A store that can remove by prefix removes what guards tags, too.
    if (this.#path === "" && this.#model.able) this.#model.clears++
    this.#model.entries = this.#model.entries.filter(({ path }) => !path.startsWith(this.#path))
  }

  invalidateTags(tags: readonly string[]): void {
    for (const tag of tags.length === 0 ? [] : [...tags, ""]) {
      this.#model.invalidations.set(this.#path + tag, (this.#model.invalidations.get(this.#path + tag) ?? 0) + 1)
    }
    for (const entry of this.#model.entries) {
      if (entry.path === this.#path && entry.tags.some((tag) => tags.includes(tag))) entry.dead = true
    }
  }

  snapshotTags(tags: readonly string[]): ModelSnapshot {
    return { tags: new Map(tags.map((tag) => [tag, this.#stateOf(tag)])), all: this.#stateOf("") }
  }

  #stateOf(tag: string): string {
    return `${this.#model.clears} ${this.#model.invalidations.get(this.#path + tag) ?? 0}`
  }

  #put(key: string, value: unknown, { timeout, tags = [] }: WriteOptions, staleFor: Milliseconds, dead = false): void {
    this.delete(key)
    if (timeout === 0) return
    const guarded = tags.length > 0 || this.#path !== ""
    const most = guarded ? GUARDED : Number.POSITIVE_INFINITY
    const until = this.#model.now + Math.min(timeout === null ? Number.POSITIVE_INFINITY : timeout * 1_000, most)
    const keptUntil = until + staleFor
    this.#replace({ path: this.#path, version: this.#version, key, value, tags, until, keptUntil, dead })
  }

  #replace(entry: Entry): void {
    new CacheModelView(this.#model, this.#path, entry.version).delete(entry.key)
    this.#model.entries.push(entry)
  }

  /** What the store has, even if it is not returned. */
  #stored(key: string): Entry | undefined {
    return this.#model.entries.find(
      (entry) => entry.path === this.#path && entry.version === this.#version && entry.key === key,
    )
  }

  #fresh(key: string): Entry | undefined {
    const entry = this.#stored(key)
    return entry !== undefined && !entry.dead && entry.until > this.#model.now ? entry : undefined
  }

  #needMethod(): void {
    if (!this.#model.able) throw failure("NotSupportedError")
  }
}

function staleTime({ keptUntil, until }: Entry): Milliseconds {
  return until === Number.POSITIVE_INFINITY ? 0 : keptUntil - until
}

function failure(name: string): Error {
  return Object.assign(new Error(name), { name })
}

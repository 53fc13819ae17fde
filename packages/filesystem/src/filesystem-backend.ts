import { constants, type Stats } from "node:fs"
import { access, lutimes } from "node:fs/promises"
import type { Backend, BackendStats, Capabilities, Entry, Finding, Milliseconds } from "@larder/core"
import { type FilesystemBackendOptions, readOptions } from "./backend-options.js"
import { Background } from "./background.js"
import { mapInChunks } from "./chunks.js"
import { Culler } from "./culler.js"
import { sumOf } from "./decimal-sum.js"
import { spaceFindings } from "./diagnosis/little-space.js"
import { permissionFinding } from "./diagnosis/open-permissions.js"
import { AsyncDisk, MixedDisk } from "./disk.js"
import { decodeEntry, type EntryFile, encodeEntry } from "./entry-file.js"
import { EntryFiles } from "./entry-files.js"
import { lastUse, useGranularity } from "./entry-head.js"
import { isFull } from "./error-code.js"
import { FanOut, type Place } from "./fan-out.js"
import { explain, explained, isRefusal } from "./filesystem-error.js"
import type { Limits } from "./limits.js"
import { makeDirectory } from "./make-directory.js"
import { measure } from "./measure.js"
import { clearPrefix, liveKeys } from "./prefix-walk.js"
import { prune } from "./prune.js"
import { realPathOf } from "./real-path.js"

const readsAtOnce = 64
const changesAtOnce = 16
const mostSpares = 1_000

/** The result of a change, and the bytes that replace the entry; without them, it stays. */
interface Decision<Answer> {
  readonly answer: Answer
  readonly bytes?: Uint8Array
}

/**
 * Keeps entries as files in a directory that several processes can share. Every change is atomic across processes, and a
 * killed process leaves a working store. Errors that the user can fix are `FilesystemError`s.
 */
export class FilesystemBackend implements Backend {
  readonly name = "filesystem"
  readonly capabilities: Capabilities = { shared: true, persistent: true, evicts: true, ttlResolution: 1 }
  readonly location: string
  readonly #directory: string
  readonly #limits: Limits
  readonly #now: () => number
  readonly #files: EntryFiles
  readonly #background = new Background()
  readonly #culler: Culler

  /** Does not create the directory yet. Throws a `TypeError` for invalid options. */
  constructor(options: FilesystemBackendOptions) {
    const { directory, maxEntries, maxBytes, now, io } = readOptions(options)
    const disk = io === "async" ? new AsyncDisk() : new MixedDisk()
    this.#directory = realPathOf(directory)
    this.location = `file:${this.#directory}`
    this.#limits = { maxEntries, maxBytes }
    this.#now = now
    const spareLimits = { files: Math.min(maxEntries / 100, mostSpares), bytes: maxBytes / 100 }
    this.#files = new EntryFiles(new FanOut(this.#directory, disk), disk, spareLimits)
    this.#culler = new Culler(this.#files, this.#limits, now, this.#background)
  }

  /** True for every `FilesystemError` except those with the code `EBUSY`. */
  isRefusal(error: unknown): boolean {
    return isRefusal(error)
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return (await this.#live(key, this.#files.fanOut.locate(key)))?.value
  }

  async set(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<void> {
    await this.#store({ key, bytes: encodeEntry(key, value, this.#expiry(ttl)) })
  }

  async delete(key: string): Promise<boolean> {
    return this.#remove(key, () => true)
  }

  async add(key: string, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    const bytes = this.#fitting(key, value, ttl)
    return this.#change(key, (entry) => (entry === undefined ? { answer: true, bytes } : { answer: false }))
  }

  async touch(key: string, ttl?: Milliseconds): Promise<boolean> {
    const expiresAt = this.#expiry(ttl)
    return this.#change(key, (entry) =>
      entry === undefined ? { answer: false } : { answer: true, bytes: encodeEntry(key, entry.value, expiresAt) },
    )
  }

  async incr(key: string, delta: number): Promise<number | undefined> {
    return this.#change<number | undefined>(key, (entry) => {
      if (entry === undefined) return { answer: undefined }
      const sum = sumOf(entry.value, delta)
      return { answer: sum, bytes: encodeEntry(key, Buffer.from(String(sum)), entry.expiresAt) }
    })
  }

  async deleteIfEqual(key: string, value: Uint8Array): Promise<boolean> {
    const expected = Buffer.from(value)
    return this.#remove(key, (entry) => expected.equals(entry.value))
  }

  async replaceIfEqual(key: string, expected: Uint8Array, value: Uint8Array, ttl?: Milliseconds): Promise<boolean> {
    const bytes = this.#fitting(key, value, ttl)
    const condition = Buffer.from(expected)
    return this.#change(key, (entry) =>
      entry !== undefined && condition.equals(entry.value) ? { answer: true, bytes } : { answer: false },
    )
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return mapInChunks(keys, readsAtOnce, (key) => this.get(key))
  }

  async setMany(entries: readonly Entry[], ttl?: Milliseconds): Promise<void> {
    const expiresAt = this.#expiry(ttl)
    const files = entries.map(({ key, value }) => ({ key, bytes: encodeEntry(key, value, expiresAt) }))
    const errors: unknown[] = []
    await mapInChunks(files, changesAtOnce, (file) => this.#store(file).catch((error) => errors.push(error)))
    if (errors.length > 0) throw errors[0]
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    const removed = await mapInChunks(keys, changesAtOnce, (key) => this.delete(key))
    return removed.filter(Boolean).length
  }

  async clear(prefix: string): Promise<void> {
    await this.#explained(() => clearPrefix(this.#files, prefix))
  }

  async *keys(prefix: string): AsyncGenerator<string> {
    try {
      yield* liveKeys(this.#files, prefix, this.#now)
    } catch (error) {
      throw explain(error, this.#directory)
    }
  }

  async ttl(key: string): Promise<Milliseconds | null | undefined> {
    const entry = await this.#live(key, this.#files.fanOut.locate(key))
    if (entry === undefined) return undefined
    return entry.expiresAt === Number.POSITIVE_INFINITY ? null : Math.ceil(entry.expiresAt - this.#now())
  }

  /**
   * Removes expired and damaged entries and what killed processes left behind, then the least recently used entries down to
   * the limits. Returns how many entries it removed.
   */
  async prune(): Promise<number> {
    return this.#explained(() => prune(this.#files, this.#limits, this.#now))
  }

  /** Counts files, including those of expired entries that have not been removed yet. */
  async stats(): Promise<BackendStats> {
    return this.#explained(() => measure(this.#files))
  }

  /** Resolves if the directory exists, or could be created, and can be written to. */
  async ping(): Promise<void> {
    await this.#explained(async () => {
      await makeDirectory(this.#directory)
      // With the dot, a file in its place is an error too.
      await access(`${this.#directory}/.`, constants.R_OK | constants.W_OK | constants.X_OK)
    })
  }

  /** Finds a directory that every user may write to, and a disk with less space than the limits allow. Visits every file. */
  async diagnose(): Promise<readonly Finding[]> {
    await this.ping()
    return this.#explained(async () => {
      const used = await measure(this.#files)
      const permissions = await permissionFinding(this.#directory)
      const space = await spaceFindings(this.#directory, used, this.#limits)
      return permissions === undefined ? space : [permissions, ...space]
    })
  }

  /** Waits for running changes and culls. */
  async close(): Promise<void> {
    await this.#background.close()
    await this.#files.close()
  }

  /** Reads a live entry. An expired or corrupt one is `undefined`, and is removed in the background. */
  async #live(key: string, place: Place): Promise<EntryFile | undefined> {
    const content = await this.#files.read(place)
    if (content === undefined) return undefined
    const entry = decodeEntry(content.bytes)
    if (!this.#isAlive(entry)) {
      this.#discard(place)
      return undefined
    }
    if (entry.key !== key) return undefined
    this.#noteUse(place, content.stats)
    return entry
  }

  async #store({ key, bytes }: { key: string; bytes: Uint8Array }): Promise<void> {
    if (bytes.length > this.#limits.maxBytes) {
      // The old value is outdated.
      await this.delete(key)
      throw this.#tooLarge(key, bytes)
    }
    await this.#replace(this.#files.fanOut.locate(key), async () => bytes)
    await this.#culler.wrote(bytes.length)
  }

  /** Decides first without the lock, which an entry that stays does not need, and again with it. */
  async #change<Answer>(key: string, decide: (entry: EntryFile | undefined) => Decision<Answer>): Promise<Answer> {
    const place = this.#files.fanOut.locate(key)
    let decision = decide(await this.#live(key, place))
    if (decision.bytes === undefined) return decision.answer
    await this.#replace(place, async () => {
      decision = decide(await this.#live(key, place))
      return decision.bytes
    })
    if (decision.bytes !== undefined) await this.#culler.wrote(decision.bytes.length)
    return decision.answer
  }

  async #replace(place: Place, decide: () => Promise<Uint8Array | undefined>): Promise<void> {
    try {
      await this.#files.replace(place, decide)
    } catch (error) {
      if (isFull(error)) this.#culler.diskIsFull()
      throw error
    }
  }

  #remove(key: string, condemn: (entry: EntryFile) => boolean): Promise<boolean> {
    const place = this.#files.fanOut.locate(key)
    return this.#files.remove(place, async () => {
      const entry = await this.#live(key, place)
      return entry !== undefined && condemn(entry)
    })
  }

  #discard(place: Place): void {
    void this.#background.run(`discard ${place.path}`, () =>
      this.#files.removeIfIdle(place, async () => {
        const content = await this.#files.read(place)
        return content !== undefined && !this.#isAlive(decodeEntry(content.bytes))
      }),
    )
  }

  /** Records that the entry was used, for the order of eviction. */
  #noteUse({ path }: Place, stats: Stats): void {
    const time = Date.now()
    if (time - lastUse(stats) < useGranularity) return
    void this.#background.run(`use ${path}`, () => lutimes(path, time / 1000, Math.min(stats.mtimeMs, time) / 1000))
  }

  #isAlive(entry: EntryFile | undefined): entry is EntryFile {
    return entry !== undefined && this.#now() < entry.expiresAt
  }

  #expiry(ttl: Milliseconds | undefined): number {
    return ttl === undefined ? Number.POSITIVE_INFINITY : this.#now() + ttl
  }

  /** Encodes the entry's file. Throws a `RangeError` if it exceeds `maxBytes`. */
  #fitting(key: string, value: Uint8Array, ttl: Milliseconds | undefined): Uint8Array {
    const bytes = encodeEntry(key, value, this.#expiry(ttl))
    if (bytes.length > this.#limits.maxBytes) throw this.#tooLarge(key, bytes)
    return bytes
  }

  #tooLarge(key: string, { length }: Uint8Array): RangeError {
    const { maxBytes } = this.#limits
    return new RangeError(`The entry ${JSON.stringify(key)} takes ${length} bytes, and maxBytes is ${maxBytes}`)
  }

  #explained<Result>(task: () => Promise<Result>): Promise<Result> {
    return explained(this.#directory, task)
  }
}

import type { Stats } from "node:fs"
import { performance } from "node:perf_hooks"
import { setTimeout as wait } from "node:timers/promises"
import type { Milliseconds } from "@larder/core"
import type { Disk, FileContent } from "./disk.js"
import { decodeEntry } from "./entry-file.js"
import { type EntryHead, readHead } from "./entry-head.js"
import { breakAbandoned, draftOf, EntryLock, lease, lockOf, removeAbandoned } from "./entry-lock.js"
import { codeOf, isFull } from "./error-code.js"
import type { FanOut, Place } from "./fan-out.js"
import { explained, FilesystemError } from "./filesystem-error.js"
import { KeyQueue } from "./key-queue.js"
import { createFile, removeFile } from "./new-file.js"
import { OwnerFile } from "./owner-file.js"
import { Slots } from "./slots.js"
import { SpareFiles, type SpareLimits } from "./spare-files.js"

/** How long to wait for a lock. An abandoned one is broken long before. */
const patience: Milliseconds = 2 * lease
const longestBackoff: Milliseconds = 16
const changesAtOnce = 16

/** The result of an attempt that must be repeated, because the lock is held or was lost. */
const busy: unique symbol = Symbol("busy")
type Attempt<Result> = () => Promise<Result | typeof busy>

/**
 * Reads, replaces and removes the files of entries. Every change holds the lock of its entry, so that no other change in any
 * process interferes. Readers take no lock: they see the old file or the new one.
 */
export class EntryFiles {
  readonly fanOut: FanOut
  readonly #disk: Disk
  readonly #queue = new KeyQueue()
  readonly #slots = new Slots(changesAtOnce)
  readonly #spares: SpareFiles
  #owner: OwnerFile

  /** `spareLimits`: how many files of removed entries are kept for reuse. */
  constructor(fanOut: FanOut, disk: Disk, spareLimits: SpareLimits = { files: 100, bytes: 1024 ** 2 }) {
    this.fanOut = fanOut
    this.#disk = disk
    this.#spares = new SpareFiles(disk, spareLimits)
    this.#owner = new OwnerFile(fanOut.directory, disk)
  }

  /** Reads the whole file; `undefined` if there is none. */
  read({ shard, path }: Place): Promise<FileContent | undefined> {
    return this.#explained(async () => {
      if (!this.fanOut.knows(shard) && !(await this.fanOut.find(shard))) return undefined
      return this.#disk.read(path, Number.POSITIVE_INFINITY, ({ bytes }) => {
        const entry = decodeEntry(bytes)
        return entry !== undefined && this.fanOut.locate(entry.key).path === path
      })
    })
  }

  /** Reads the file as far as the key; `undefined` if there is none. */
  readHead(place: Place): Promise<EntryHead | undefined> {
    return readHead(place, this.#disk, this.fanOut)
  }

  /** The stats of the file; `undefined` if there is none. */
  async readStats({ path }: Place): Promise<Stats | undefined> {
    return this.#disk.stats(path)
  }

  /**
   * Replaces the entry's file by the bytes that `decide` returns; `undefined` leaves it. `decide` may be called several
   * times; the last call counts.
   */
  replace(place: Place, decide: () => Promise<Uint8Array | undefined>): Promise<void> {
    return this.#untilDone(place, () => this.#replaceOnce(place, decide))
  }

  /** Removes the entry if `condemn`, which may be called several times, returns true; true if it was removed. */
  remove(place: Place, condemn: () => Promise<boolean>): Promise<boolean> {
    return this.#untilDone(place, () => this.#removeOnce(place, condemn, removeFile))
  }

  /** As `remove`, but does nothing while the lock is held, and keeps the file for reuse. */
  async removeIfIdle(place: Place, condemn: () => Promise<boolean>): Promise<boolean> {
    const retire = (path: string) => this.#spares.retire(path)
    const attempt = () => this.#slots.run(() => this.#removeOnce(place, condemn, retire))
    return (await this.#explained(() => this.#queue.run(place.path, attempt))) === true
  }

  /** Removes a working file if its process has ended or is stuck. */
  async removeAbandoned(path: string): Promise<void> {
    await removeAbandoned(path, this.#owner)
  }

  /** Removes the files kept for reuse. */
  async clearSpares(): Promise<void> {
    await this.#spares.clear()
  }

  /** Waits for pending changes, and removes everything but the entries. */
  async close(): Promise<void> {
    await this.#queue.idle()
    await this.clearSpares()
    await this.#owner.remove()
  }

  #untilDone<Result>({ path }: Place, attempt: Attempt<Result>): Promise<Result> {
    const untilDone = async () => {
      const giveUp = performance.now() + patience
      for (let backoff = 1; ; backoff = Math.min(2 * backoff, longestBackoff)) {
        await this.#disk.turn()
        const result = await this.#slots.run(attempt)
        if (result !== busy) return result
        if (performance.now() > giveUp) throw lockedTooLong(path)
        await breakAbandoned(lockOf(path), this.#owner)
        await wait(backoff * (0.5 + Math.random() / 2))
      }
    }
    return this.#explained(() => this.#queue.run(path, untilDone))
  }

  async #replaceOnce(
    { shard, path }: Place,
    decide: () => Promise<Uint8Array | undefined>,
  ): Promise<undefined | typeof busy> {
    const owner = this.#owner
    const lock = await this.#lock(shard, path, owner)
    if (lock === undefined) return busy
    try {
      const bytes = await decide()
      if (bytes === undefined || (await this.#put(bytes, path, draftOf(lockOf(path), owner.id), lock))) return undefined
      this.fanOut.forget(shard)
      return busy
    } finally {
      await this.#release(path, lock, owner)
    }
  }

  async #removeOnce(
    { path }: Place,
    condemn: () => Promise<boolean>,
    takeAway: (path: string) => Promise<boolean>,
  ): Promise<boolean | typeof busy> {
    // First without the lock: an entry that stays, or does not exist, needs none.
    if (!(await condemn())) return false
    const owner = this.#owner
    let lock: EntryLock | undefined
    try {
      lock = await EntryLock.takeToRemove(path, owner)
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error
      return false
    }
    if (lock === undefined) return busy
    try {
      if (!(await condemn())) return false
      return lock.isSafe ? await takeAway(path) : busy
    } finally {
      await this.#release(path, lock, owner)
    }
  }

  /**
   * Takes the lock of an entry, and creates its directory if needed; `undefined` if it is held, the directory vanishes, or
   * space has just been freed.
   */
  async #lock(shard: string, path: string, owner: OwnerFile): Promise<EntryLock | undefined> {
    try {
      if (!this.fanOut.knows(shard) && !(await this.fanOut.find(shard))) await this.fanOut.make(shard)
      return await EntryLock.take(path, owner)
    } catch (error) {
      if (isFull(error) && (await this.#spares.clear())) return undefined
      if (codeOf(error) !== "ENOENT" || error instanceof FilesystemError) throw error
      this.fanOut.forget(shard)
      return undefined
    }
  }

  /**
   * Writes a draft and renames it over the entry. False if the lock was lost, the directory is gone, or space has just been
   * freed: then it must be repeated.
   */
  async #put(bytes: Uint8Array, path: string, draft: string, lock: EntryLock): Promise<boolean> {
    try {
      const isSpare = await this.#spares.fill(draft, bytes)
      if (!isSpare) await createFile(draft, bytes, this.#disk)
      // In this order: a process that breaks the lock from now on removes the draft, so a late rename fails.
      if (lock.isSafe) {
        await this.#spares.replace(path, draft, isSpare)
        return true
      }
      await removeFile(draft)
      return false
    } catch (error) {
      if (codeOf(error) === "ENOENT") return false
      await removeFile(draft).catch(() => {}) // The first error is the one to report.
      if (isFull(error) && (await this.#spares.clear())) return false
      throw error
    }
  }

  async #release(path: string, lock: EntryLock, owner: OwnerFile): Promise<void> {
    if (await lock.release()) return
    // If the lock stays, further links to the owner's file would update its ctime, and it would look fresh.
    if (this.#owner === owner) this.#owner = new OwnerFile(this.fanOut.directory, this.#disk)
    await owner.remove()
    await breakAbandoned(lockOf(path), this.#owner, owner.id).catch(() => {}) // It is broken after a lease.
  }

  #explained<Result>(task: () => Promise<Result>): Promise<Result> {
    return explained(this.fanOut.directory, task)
  }
}

function lockedTooLong(path: string): FilesystemError {
  const message = `${path} could not be locked for ${patience} ms, and stays as it is: others hold the lock, or remove it`
  return new FilesystemError("EBUSY", path, message)
}

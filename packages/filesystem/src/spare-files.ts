import { randomBytes } from "node:crypto"
import fs, { rename, type Stats } from "node:fs"
import { promisify } from "node:util"
import type { Milliseconds } from "@larder/core"
import { type Disk, largestWrite, longestRead } from "./disk.js"
import { draftOf, lockOf } from "./entry-lock.js"
import { codeOf } from "./error-code.js"
import { removeFile } from "./new-file.js"

const renameFile = promisify(rename)

/** A reader that opened the file as an entry does not trust what it reads after this time. */
const rest: Milliseconds = 2 * longestRead
/** Older files are not reused: this bounds the age of what a crash of the machine can restore. Others may remove them. */
const shelfLife: Milliseconds = 30_000

const { O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0, S_IFREG = 0 } = fs.constants
const forWriting = O_WRONLY | O_NOFOLLOW | O_NONBLOCK
const ownFile = S_IFREG | 0o600

/** The maximum of kept files, and of their total bytes. */
export interface SpareLimits {
  readonly files: number
  readonly bytes: number
}

interface Spare {
  readonly path: string
  readonly bytes: number
  readonly since: Milliseconds
}

/**
 * Files of former entries, kept for reuse. On ext4, creating a file often takes a millisecond: it skips every inode freed in
 * the last minute, and allocates blocks when the file replaces another. Reusing one takes a tenth of that or less.
 */
export class SpareFiles {
  readonly #disk: Disk
  readonly #limits: SpareLimits
  /** The oldest first. */
  readonly #spares: Spare[] = []
  readonly #id = randomBytes(4).toString("hex")
  #count = 0
  #bytes = 0
  #removing: Promise<unknown> = Promise.resolve()

  constructor(disk: Disk, limits: SpareLimits) {
    this.#disk = disk
    this.#limits = limits
  }

  /** Writes to a spare file and renames it to `draft`; false if there is none. */
  async fill(draft: string, bytes: Uint8Array): Promise<boolean> {
    if (!this.#disk.isQuick || bytes.length > largestWrite) return false
    const spare = this.#takeRested()
    if (spare === undefined) return false
    let filled = false
    try {
      filled = (await this.#rewrite(spare.path, bytes)) && (await this.#move(spare.path, draft))
      return filled
    } finally {
      if (!filled) this.#remove(spare.path)
    }
  }

  /** Renames the draft to `path`, and keeps the replaced file as a spare one if it can be reused. */
  async replace(path: string, draft: string, isSpare: boolean): Promise<void> {
    if (!this.#disk.isQuick) return renameFile(draft, path)
    const old = await this.#disk.stats(path)
    const kept = old !== undefined && this.#wants(old) ? await this.#link(path) : undefined
    try {
      // Renaming a new file over another makes ext4 allocate its blocks: slow, so in the thread pool.
      await (isSpare || old === undefined ? this.#disk.rename(draft, path) : renameFile(draft, path))
    } catch (error) {
      if (kept !== undefined) this.#remove(kept)
      throw error
    }
    if (old !== undefined && kept !== undefined) this.#add(kept, old.size)
  }

  /** Removes the file at `path`, or keeps it as a spare one if it can be reused; true if it existed. */
  async retire(path: string): Promise<boolean> {
    const old = this.#disk.isQuick ? await this.#disk.stats(path) : undefined
    if (old === undefined || !this.#wants(old)) return removeFile(path)
    const kept = this.#nameBeside(path)
    try {
      await this.#disk.rename(path, kept)
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error
      return false
    }
    this.#add(kept, old.size)
    return true
  }

  /** Removes all spare files; false if there were none. */
  async clear(): Promise<boolean> {
    const spares = this.#spares.splice(0)
    this.#bytes = 0
    for (const { path } of spares) this.#remove(path)
    await this.#removing
    return spares.length > 0
  }

  /** Whether a file can be kept: it has no other links, and the limits allow it. */
  #wants(stats: Stats): boolean {
    const { files, bytes } = this.#limits
    const hasRoom = this.#spares.length < files && this.#bytes + stats.size <= bytes
    return hasRoom && stats.size <= largestWrite && isOwn(stats)
  }

  async #link(path: string): Promise<string | undefined> {
    const kept = this.#nameBeside(path)
    try {
      await this.#disk.link(path, kept)
      return kept
    } catch {
      return undefined // The old file is removed by the rename, as without spare files.
    }
  }

  /** Named like a draft, so that the leftovers of a killed process are removed like one. */
  #nameBeside(path: string): string {
    this.#count = (this.#count + 1) >>> 0
    return draftOf(lockOf(path), `${this.#id}${this.#count.toString(16).padStart(8, "0")}`)
  }

  #add(path: string, bytes: number): void {
    this.#spares.push({ path, bytes, since: performance.now() })
    this.#bytes += bytes
  }

  #takeRested(): Spare | undefined {
    const now = performance.now()
    for (;;) {
      const [oldest] = this.#spares
      if (oldest === undefined || now - oldest.since < rest) return undefined
      this.#spares.shift()
      this.#bytes -= oldest.bytes
      if (now - oldest.since < shelfLife) return oldest
      this.#remove(oldest.path)
    }
  }

  /** False if the file is gone, or belongs to another process now. */
  async #rewrite(path: string, bytes: Uint8Array): Promise<boolean> {
    let descriptor: number
    try {
      descriptor = fs.openSync(path, forWriting)
    } catch {
      return false
    }
    try {
      const stats = fs.fstatSync(descriptor)
      if (!isOwn(stats)) return false
      await this.#disk.write(descriptor, bytes)
      if (stats.size > bytes.length) fs.ftruncateSync(descriptor, bytes.length)
      return true
    } finally {
      await this.#disk.close(descriptor)
    }
  }

  async #move(path: string, draft: string): Promise<boolean> {
    try {
      await this.#disk.rename(path, draft)
      return true
    } catch {
      return false
    }
  }

  #remove(path: string): void {
    this.#removing = Promise.all([this.#removing, removeFile(path).catch(() => {})])
  }
}

function isOwn({ mode, nlink }: Stats): boolean {
  return mode === ownFile && nlink === 1
}

import { hash } from "node:crypto"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import type { Milliseconds } from "@larder/core"
import type { Disk } from "./disk.js"
import { codeOf } from "./error-code.js"
import { explain, FilesystemError } from "./filesystem-error.js"
import { makeDirectory } from "./make-directory.js"

/** Where the file of an entry is. */
export interface Place {
  readonly shard: string
  readonly path: string
}

/** The names of all fan-out directories: `"00"` to `"ff"`. */
export const shards: readonly string[] = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, "0"))

/** While others remove directories, making one may fail for want of that above it; not for so long without a success. */
const longestRemoval: Milliseconds = 250

/** Tells the files of entries from all others in a fan-out directory. */
export const entryName: RegExp = /^[0-9a-f]{62}$/

/** The directories that entries are spread over, by the SHA-256 of their keys. */
export class FanOut {
  readonly directory: string
  readonly #disk: Disk
  readonly #known = new Set<string>()
  #unmakeableSince: Milliseconds | undefined

  constructor(directory: string, disk: Disk) {
    this.directory = directory
    this.#disk = disk
  }

  /** Where the entry of this key is, if it is. */
  locate(key: string): Place {
    const digest = hash("sha256", key)
    const shard = digest.slice(0, 2)
    return { shard, path: `${this.directory}/${shard}/${digest.slice(2)}` }
  }

  /** True when the directory has been seen since this process started, or since `forget`. */
  knows(shard: string): boolean {
    return this.#known.has(shard)
  }

  /** Looks whether the directory is there. Rejects with a `FilesystemError` when something else stands in its place. */
  async find(shard: string): Promise<boolean> {
    const path = join(this.directory, shard)
    const stats = await this.#disk.stats(path)
    if (stats === undefined) return false
    if (!stats.isDirectory()) {
      const what = stats.isSymbolicLink() ? "a symbolic link, which the cache does not follow" : "not a directory"
      throw new FilesystemError("ENOTDIR", path, `${path} is ${what}: remove it, or choose another directory`)
    }
    this.#known.add(shard)
    return true
  }

  /**
   * Makes the directory, and those above it, for the user of this process only. Rejects with ENOENT when one above it goes
   * away meanwhile, with a `FilesystemError` when that is no matter of chance: below a symbolic link that leads nowhere.
   */
  async make(shard: string): Promise<void> {
    try {
      await makeDirectory(join(this.directory, shard))
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error
      this.#unmakeableSince ??= performance.now()
      throw performance.now() - this.#unmakeableSince > longestRemoval ? explain(error, this.directory) : error
    }
    this.#unmakeableSince = undefined
    await this.find(shard)
  }

  /** To be called when the directory turns out to be gone. */
  forget(shard: string): void {
    this.#known.delete(shard)
  }
}

import { hash } from "node:crypto"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import type { Milliseconds } from "@larder/core"
import type { Disk } from "./disk.js"
import { codeOf } from "./error-code.js"
import { explain, FilesystemError } from "./filesystem-error.js"
import { makeDirectory } from "./make-directory.js"

/** The location of an entry's file. */
export interface Place {
  readonly shard: string
  readonly path: string
}

/** The names of all fan-out directories: `"00"` to `"ff"`. */
export const shards: readonly string[] = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, "0"))

/** How long ENOENT may be due to other processes that remove directories; after that, it is reported. */
const longestRemoval: Milliseconds = 250

/** Matches the names of entry files in a fan-out directory. */
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

  /** The location of the entry with this key, whether it exists or not. */
  locate(key: string): Place {
    const digest = hash("sha256", key)
    const shard = digest.slice(0, 2)
    return { shard, path: `${this.directory}/${shard}/${digest.slice(2)}` }
  }

  /** True if the directory has been seen since this process started, or since `forget`. */
  knows(shard: string): boolean {
    return this.#known.has(shard)
  }

  /** Checks whether the directory exists. Rejects with a `FilesystemError` if something else is in its place. */
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
   * Creates the directory and its parents, with mode 0700. Rejects with ENOENT if a parent was removed meanwhile, and with
   * a `FilesystemError` if that persists, such as below a dangling symbolic link.
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

  /** Call it when the directory turns out to be gone. */
  forget(shard: string): void {
    this.#known.delete(shard)
  }
}

import { randomBytes } from "node:crypto"
import type { Disk } from "./disk.js"
import { codeOf } from "./error-code.js"
import { makeDirectory } from "./make-directory.js"
import { createFile, removeFile } from "./new-file.js"
import { markLength, processMark } from "./process-mark.js"

const idLength = 8

/** Matches the names of owner files in the cache directory. */
export const ownerName: RegExp = /^[0-9a-f]{16}\.owner$/

/** The length of an owner file in bytes. */
export const ownerLength: number = idLength + markLength

/** The error codes of file systems without hard links, or at their limit. */
const noLinks: ReadonlySet<string | undefined> = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
  "EXDEV",
])

/** The content of an owner file, and so of every lock of this owner. */
export interface Owner {
  /** Sixteen hexadecimal digits, different for each owner. */
  readonly id: string
  readonly mark: Uint8Array
}

/** Decodes an owner file; accepts any content. */
export function decodeOwner(bytes: Uint8Array): Owner {
  return { id: Buffer.from(bytes.subarray(0, idLength)).toString("hex"), mark: bytes.subarray(idLength, ownerLength) }
}

/**
 * A file that identifies its owner. The owner's locks are hard links to it: a link is created atomically with its content,
 * and costs far less than a new file (on ext4 a tenth or less, once many files have been removed).
 */
export class OwnerFile {
  /** Part of the names of files that belong to this owner. */
  readonly id: string
  readonly #directory: string
  readonly #disk: Disk
  #creating: Promise<void> | undefined
  #created = false

  constructor(directory: string, disk: Disk) {
    this.#directory = directory
    this.#disk = disk
    this.id = randomBytes(idLength).toString("hex")
  }

  /** Creates a link to the file; false if the path exists. Rejects with ENOENT if its directory is gone. */
  async link(path: string): Promise<boolean> {
    try {
      return await this.#link(path)
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error
      await this.#create()
      return this.#link(path)
    }
  }

  /** Creates a link to another file; false if the path exists. */
  async linkOther(existing: string, path: string): Promise<boolean> {
    try {
      await this.#disk.link(existing, path)
      return true
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error
      return false
    }
  }

  /** Removes a link if it exists. */
  async unlink(path: string): Promise<void> {
    try {
      await this.#disk.unlink(path)
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error
    }
  }

  /** Removes the file, but none of its links. The next link creates it again. */
  async remove(): Promise<void> {
    if (this.#created) await removeFile(this.#path)
  }

  get #path(): string {
    return `${this.#directory}/${this.id}.owner`
  }

  async #link(path: string): Promise<boolean> {
    try {
      return await this.linkOther(this.#path, path)
    } catch (error) {
      if (noLinks.has(codeOf(error))) return this.#createIfFree(path)
      throw error
    }
  }

  /** Concurrent calls share one creation. */
  #create(): Promise<void> {
    this.#creating ??= (async () => {
      try {
        await makeDirectory(this.#directory)
        await this.#createIfFree(this.#path)
        this.#created = true
      } finally {
        this.#creating = undefined
      }
    })()
    return this.#creating
  }

  async #createIfFree(path: string): Promise<boolean> {
    try {
      await createFile(path, Buffer.concat([Buffer.from(this.id, "hex"), processMark()]), this.#disk)
      return true
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error
      return false
    }
  }
}

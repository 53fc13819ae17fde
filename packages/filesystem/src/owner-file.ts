import { randomBytes } from "node:crypto"
import type { Disk } from "./disk.js"
import { codeOf } from "./error-code.js"
import { makeDirectory } from "./make-directory.js"
import { createFile, removeFile } from "./new-file.js"
import { markLength, processMark } from "./process-mark.js"

const idLength = 8

/** Tells owner files from others in the cache directory. */
export const ownerName: RegExp = /^[0-9a-f]{16}\.owner$/

/** The length of an owner file in bytes. */
export const ownerLength: number = idLength + markLength

/** What file systems answer that have no hard links, or allow no more of them here. */
const noLinks: ReadonlySet<string | undefined> = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
  "EXDEV",
])

/** What an owner file says, and so every lock of this owner. */
export interface Owner {
  /** Sixteen hexadecimal digits, different for each owner. */
  readonly id: string
  readonly mark: Uint8Array
}

/** Reads an owner file, whatever it holds. */
export function decodeOwner(bytes: Uint8Array): Owner {
  return { id: Buffer.from(bytes.subarray(0, idLength)).toString("hex"), mark: bytes.subarray(idLength, ownerLength) }
}

/**
 * A file that names its owner. The owner's locks are hard links to it: each comes into being in one step, complete with
 * the name, and costs far less than a new file (on ext4 a tenth and less, once many files have been removed).
 */
export class OwnerFile {
  /** Part of the names of files that only this owner writes. */
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

  /** Makes a link to the file; false when something is there. Rejects with ENOENT when the link's directory is gone. */
  async link(path: string): Promise<boolean> {
    try {
      return await this.#link(path)
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error
      await this.#create()
      return this.#link(path)
    }
  }

  /** Removes a link, if it is there. */
  async unlink(path: string): Promise<void> {
    try {
      await this.#disk.unlink(path)
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error
    }
  }

  /** Removes the file, but none of the links. The next link would make it again. */
  async remove(): Promise<void> {
    if (this.#created) await removeFile(this.#path)
  }

  get #path(): string {
    return `${this.#directory}/${this.id}.owner`
  }

  async #link(path: string): Promise<boolean> {
    try {
      await this.#disk.link(this.#path, path)
      return true
    } catch (error) {
      const code = codeOf(error)
      if (code === "EEXIST") return false
      if (noLinks.has(code)) return this.#createIfFree(path)
      throw error
    }
  }

  /** Many locks may find the file missing at once. */
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

import fs, { type Stats } from "node:fs"
import { promisify } from "node:util"
import { codeOf } from "./error-code.js"
import { Slots } from "./slots.js"

const openFile = promisify(fs.open)
const fstat = promisify(fs.fstat)
const lstat = promisify(fs.lstat)
const readFile = promisify(fs.read)

const closeFile = promisify(fs.close)
const linkFile = promisify(fs.link)
const unlinkFile = promisify(fs.unlink)

// O_NONBLOCK, or opening a named pipe would wait for its writer.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_NOATIME = 0 } = fs.constants
const forReading = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
// Looking after a store is no use of its entries, but the kernel would note it as one. Linux only, own files only.
const forLooking = forReading | O_NOATIME

/** Reading a larger file takes long enough that the thread pool costs less than the wait. */
const largestSynchronousRead = 512 * 1024

/** What a regular file held when it was read, and its times. */
export interface FileContent {
  /** In a buffer of its own. */
  readonly bytes: Uint8Array
  readonly stats: Stats
}

/**
 * What the `io` option chooses between: steps that take microseconds where the operating system caches the file system,
 * and many times longer through the thread pool.
 */
export interface Disk {
  /**
   * The whole file, or its first `limit` bytes. `undefined` when there is nothing, or a symbolic link, a directory or
   * whatever else is no regular file.
   */
  read(path: string, limit?: number): FileContent | undefined | Promise<FileContent | undefined>
  /** Does not follow a symbolic link. `undefined` when nothing is there. */
  stats(path: string): Stats | undefined | Promise<Stats | undefined>
  close(descriptor: number): void | Promise<void>
  link(existing: string, path: string): void | Promise<void>
  /** For one of several links to a file: to remove the last one takes longer. */
  unlink(path: string): void | Promise<void>
}

/** Everything goes through libuv's thread pool. */
export class AsyncDisk implements Disk {
  // Each read holds a descriptor from its first step to its last.
  readonly #slots = new Slots(64)

  read(path: string, limit: number = Number.POSITIVE_INFINITY): Promise<FileContent | undefined> {
    return this.#slots.run(() => readStart(path, limit))
  }

  stats(path: string): Promise<Stats | undefined> {
    return statsOf(path)
  }

  close(descriptor: number): Promise<void> {
    return closeFile(descriptor)
  }

  link(existing: string, path: string): Promise<void> {
    return linkFile(existing, path)
  }

  unlink(path: string): Promise<void> {
    return unlinkFile(path)
  }
}

/** Everything is done at once, but for reading large files. */
export class MixedDisk implements Disk {
  readonly #largeFiles = new AsyncDisk()

  read(
    path: string,
    limit: number = Number.POSITIVE_INFINITY,
  ): FileContent | undefined | Promise<FileContent | undefined> {
    let descriptor: number
    try {
      descriptor = openSync(path)
    } catch (error) {
      return ignoreMissing(error)
    }
    try {
      const stats = fs.fstatSync(descriptor)
      if (!stats.isFile()) return undefined
      const size = Math.min(stats.size, limit)
      if (size > largestSynchronousRead) return this.#largeFiles.read(path, limit)
      const bytes = Buffer.allocUnsafeSlow(size)
      let length = 0
      while (length < bytes.length) {
        const count = fs.readSync(descriptor, bytes, length, bytes.length - length, length)
        if (count === 0) break
        length += count
      }
      return { bytes: bytes.subarray(0, length), stats }
    } finally {
      fs.closeSync(descriptor)
    }
  }

  stats(path: string): Stats | undefined {
    return fs.lstatSync(path, { throwIfNoEntry: false })
  }

  close(descriptor: number): void {
    fs.closeSync(descriptor)
  }

  link(existing: string, path: string): void {
    fs.linkSync(existing, path)
  }

  unlink(path: string): void {
    fs.unlinkSync(path)
  }
}

/** Through the thread pool. Does not follow a symbolic link; `undefined` when nothing is there. */
export async function statsOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    return ignoreMissing(error)
  }
}

/** At most the first `limit` bytes of a regular file, through the thread pool; `undefined` when there is none. */
export async function readStart(path: string, limit: number): Promise<FileContent | undefined> {
  let descriptor: number
  try {
    descriptor = await open(path)
  } catch (error) {
    return ignoreMissing(error)
  }
  try {
    const stats = await fstat(descriptor)
    if (!stats.isFile()) return undefined
    const bytes = Buffer.allocUnsafeSlow(Math.min(stats.size, limit))
    let length = 0
    while (length < bytes.length) {
      const { bytesRead } = await readFile(descriptor, bytes, length, bytes.length - length, length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return { bytes: bytes.subarray(0, length), stats }
  } finally {
    await closeFile(descriptor)
  }
}

async function open(path: string): Promise<number> {
  try {
    return await openFile(path, forLooking)
  } catch (error) {
    if (codeOf(error) !== "EPERM") throw error
    return openFile(path, forReading)
  }
}

function openSync(path: string): number {
  try {
    return fs.openSync(path, forLooking)
  } catch (error) {
    if (codeOf(error) !== "EPERM") throw error
    return fs.openSync(path, forReading)
  }
}

/** A symbolic link (ELOOP, on FreeBSD EMLINK) and a socket (ENXIO) are refused by `open` itself. */
function ignoreMissing(error: unknown): undefined {
  const code = codeOf(error)
  if (code !== "ENOENT" && code !== "ELOOP" && code !== "EMLINK" && code !== "ENXIO") throw error
}

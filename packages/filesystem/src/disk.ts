import fs, { type Stats } from "node:fs"
import { promisify } from "node:util"
import type { Milliseconds } from "@larder/core"
import { codeOf } from "./error-code.js"
import { Pace } from "./pace.js"
import { Slots } from "./slots.js"

const openFile = promisify(fs.open)
const fstat = promisify(fs.fstat)
const lstat = promisify(fs.lstat)
const readFile = promisify(fs.read)
const writeFile = promisify(fs.write)
const renameFile = promisify(fs.rename)
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

/** As for reading; writing is slower. */
export const largestWrite: number = 128 * 1024

/** The file of an entry that was replaced is written again after twice this time: what took longer to read is doubtful. */
export const longestRead: Milliseconds = 25
const mostReadings = 16

/** Tells of doubtful content whether it is that of a file that was not written again meanwhile. */
export type IsWhole = (content: FileContent) => boolean

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
  /** True where changing small files takes microseconds: they are changed at once then. */
  readonly isQuick: boolean
  /** To be awaited before a change that may be done at once: resolves when it is this one's turn. */
  turn(): void | Promise<void>
  /**
   * The whole file, or its first `limit` bytes. `undefined` when there is nothing, or a symbolic link, a directory or
   * whatever else is no regular file. What may have changed under the reader is read again, unless it `isWhole`.
   */
  read(path: string, limit: number, isWhole: IsWhole): FileContent | undefined | Promise<FileContent | undefined>
  /** Does not follow a symbolic link. `undefined` when nothing is there. */
  stats(path: string): Stats | undefined | Promise<Stats | undefined>
  /** From the beginning of the file. */
  write(descriptor: number, bytes: Uint8Array): void | Promise<void>
  /** For what takes no blocks: where a new file replaces another, renaming takes longer. */
  rename(from: string, to: string): void | Promise<void>
  close(descriptor: number): void | Promise<void>
  link(existing: string, path: string): void | Promise<void>
  /** For one of several links to a file: to remove the last one takes longer. */
  unlink(path: string): void | Promise<void>
}

/** Everything goes through libuv's thread pool. */
export class AsyncDisk implements Disk {
  readonly isQuick = false
  // Each read holds a descriptor from its first step to its last.
  readonly #slots = new Slots(64)

  turn(): void {}

  read(path: string, limit: number, isWhole: IsWhole): Promise<FileContent | undefined> {
    return this.#slots.run(() => readUnchanged(path, limit, isWhole))
  }

  stats(path: string): Promise<Stats | undefined> {
    return statsOf(path)
  }

  write(descriptor: number, bytes: Uint8Array): Promise<void> {
    return writeAll(descriptor, bytes)
  }

  rename(from: string, to: string): Promise<void> {
    return renameFile(from, to)
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

/** Small things are done at once, unless they turn out to be slow, and large ones in the thread pool. */
export class MixedDisk implements Disk {
  readonly #pool = new AsyncDisk()
  readonly #pace = new Pace()

  get isQuick(): boolean {
    return this.#pace.isQuick
  }

  turn(): Promise<void> {
    return this.#pace.turn()
  }

  read(path: string, limit: number, isWhole: IsWhole): FileContent | undefined | Promise<FileContent | undefined> {
    const began = performance.now()
    const content = readSmallSync(path, limit)
    if (content === "large" || performance.now() - began > longestRead) return this.#pool.read(path, limit, isWhole)
    return content
  }

  write(descriptor: number, bytes: Uint8Array): void | Promise<void> {
    if (bytes.length > largestWrite || !this.isQuick) return this.#pool.write(descriptor, bytes)
    this.#pace.time(() => writeAllSync(descriptor, bytes))
  }

  rename(from: string, to: string): void | Promise<void> {
    if (!this.isQuick) return this.#pool.rename(from, to)
    this.#pace.time(() => fs.renameSync(from, to))
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

/** As `readStart`; reads again what another entry may have been written to meanwhile. */
async function readUnchanged(path: string, limit: number, isWhole: IsWhole): Promise<FileContent | undefined> {
  for (let readings = 1; ; readings += 1) {
    const began = performance.now()
    const content = await readStart(path, limit)
    if (content === undefined || performance.now() - began <= longestRead) return content
    if ((await statsOf(path))?.ino === content.stats.ino || isWhole(content)) return content
    if (readings === mostReadings) return content // Whoever needs to be sure holds the lock: then it is the same file.
  }
}

/** As `readStart`, synchronously; a large file is left alone. */
function readSmallSync(path: string, limit: number): FileContent | undefined | "large" {
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
    if (size > largestSynchronousRead) return "large"
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

async function writeAll(descriptor: number, bytes: Uint8Array): Promise<void> {
  let position = 0
  while (position < bytes.length) {
    position += (await writeFile(descriptor, bytes, position, bytes.length - position, position)).bytesWritten
  }
}

function writeAllSync(descriptor: number, bytes: Uint8Array): void {
  let position = 0
  while (position < bytes.length) {
    position += fs.writeSync(descriptor, bytes, position, bytes.length - position, position)
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
